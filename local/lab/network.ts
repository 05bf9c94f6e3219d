import { connect, type Socket } from 'node:net';

/**
 * Stands in for the Internet: which port of 127.0.0.1 is the mail server at an address of the zone. Where an address
 * has none, nothing listens, so no connection leaves this machine.
 */
export interface Network {
  attach(address: string, port: number): void;
  /**
   * Opens a connection to the mail server at an address. It begins with a header of the PROXY protocol, which tells the
   * server where the connection comes from.
   *
   * @throws Error with the code `ECONNREFUSED` where nothing listens.
   */
  connect(from: string, to: string): Promise<Socket>;
}

export function createNetwork(): Network {
  const ports = new Map<string, number>();
  return {
    attach: (address, port) => void ports.set(address, port),
    connect(from, to) {
      const port = ports.get(to);
      if (port === undefined) {
        return Promise.reject(Object.assign(new Error(`nothing listens at ${to}`), { code: 'ECONNREFUSED' }));
      }
      return new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port });
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.off('error', reject);
          socket.write(`PROXY TCP4 ${from} ${to} ${socket.localPort} 25\r\n`);
          resolve(socket);
        });
      });
    },
  };
}
