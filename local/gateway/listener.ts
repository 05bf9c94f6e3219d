import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Socket } from 'node:net';
import type { Certificate } from './certificate.ts';

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** First byte of a TLS record that carries a handshake (RFC 8446 §5.1). */
const tlsHandshake = 0x16;

/** SDKs keep connections for minutes; closing one as it is used again would be a failed call. */
const keepAliveTimeoutMs = 10 * 60 * 1000;

/** Plain HTTP and TLS on one port, on 127.0.0.1 and nowhere else. */
export async function listenOnLoopback(
  port: number,
  { certificate, privateKey }: Certificate,
  onRequest: RequestListener,
): Promise<Listener> {
  const options = { keepAliveTimeout: keepAliveTimeoutMs };
  const plain = createHttpServer(options, onRequest);
  const secure = createHttpsServer({ ...options, cert: certificate, key: privateKey }, onRequest);
  const sockets = new Set<Socket>();

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
    // Before a request is read there is nobody to report a broken connection to.
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk) => {
      socket.pause();
      socket.unshift(chunk);
      (chunk[0] === tlsHandshake ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');

  return {
    port: address.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        plain.close();
        secure.close();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
