import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HttpAnswer } from '../../domain/doctor/facts.ts';

/** An answer that takes longer is none. */
const timeoutMs = 10_000;

/**
 * One request as mailbox providers make it: without cookies, and without following redirects.
 *
 * @param ca - PEM of a certificate to trust beside the usual ones.
 */
export async function exchange(
  method: 'GET' | 'POST',
  url: string,
  ca: string | undefined,
): Promise<HttpAnswer> {
  const start = url.startsWith('https:') ? httpsRequest : httpRequest;
  return await new Promise((resolve, reject) => {
    const sent = start(
      url,
      {
        method,
        timeout: timeoutMs,
        ...(ca === undefined ? {} : { ca }),
        headers: method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
      },
      (answer) => {
        const { statusCode = 0, headers } = answer;
        answer.resume();
        answer.on('end', () =>
          resolve({
            status: statusCode,
            setsCookie: headers['set-cookie'] !== undefined,
            ...(headers.location === undefined ? {} : { location: headers.location }),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    sent.on('error', reject);
    sent.end(method === 'POST' ? 'List-Unsubscribe=One-Click' : undefined);
  });
}
