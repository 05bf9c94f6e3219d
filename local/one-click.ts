import { request } from 'node:https';
import PostalMime from 'postal-mime';

/** The one https URI of `List-Unsubscribe`, as a mailbox provider reads it from the raw mail. */
export async function oneClickUrl(raw: Buffer): Promise<string> {
  const { headers } = await PostalMime.parse(raw);
  const value = (name: string) => headers.find(({ key }) => key === name)?.value;
  const [, url] = /<(https:[^>]+)>/.exec(value('list-unsubscribe') ?? '') ?? [];
  if (url === undefined || value('list-unsubscribe-post') !== 'List-Unsubscribe=One-Click') {
    throw new Error('the mail has no one-click unsubscribe of RFC 8058');
  }
  return url;
}

/** POSTs as RFC 8058 §3.2 says: the URL, one form field, no cookies. @returns the HTTP status */
export async function postOneClick(url: string, caCertificate: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const post = request(
      url,
      { method: 'POST', ca: caCertificate, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    post.on('error', reject);
    post.end('List-Unsubscribe=One-Click');
  });
}
