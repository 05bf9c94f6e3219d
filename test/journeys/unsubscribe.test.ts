import { request } from 'node:https';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import PostalMime from 'postal-mime';
import { recipientIdOf } from '../../domain/address.ts';
import { announcement, type RunningPipeline, runPipeline } from './running-pipeline.ts';

let pipeline: RunningPipeline;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  pipeline = await runPipeline();
  dynamodb = new DynamoDBClient({
    endpoint: pipeline.endpoint,
    region: pipeline.place.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

afterAll(async () => {
  dynamodb.destroy();
  await pipeline.close();
});

/** Publishes a marketing mail and reads the one-click URL from its raw source. */
async function mailed(id: string) {
  await pipeline.publish(
    announcement(id, { recipient: { address: `${id}@example.com`, name: '届 花子', locale: 'ja' } }),
  );
  await pipeline.idle(90_000);
  const [messageId = ''] = pipeline.mailTo(`${id}@example.com`);
  const raw = await pipeline.raw(messageId);
  const mail = await PostalMime.parse(raw);
  const headers = (name: string) => mail.headers.filter(({ key }) => key === name).map(({ value }) => value);
  const url = headers('list-unsubscribe')[0]?.slice(1, -1) ?? '';
  return { raw, mail, headers, url };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks as a mailbox provider does: over TLS, verifying the certificate, following no redirect. */
async function ask(url: string, method: string, body?: { type: string; text: string }): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        ca: pipeline.caCertificate,
        headers: body === undefined ? {} : { 'content-type': body.type },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body?.text);
  });
}

async function suppressionsOf(address: string): Promise<string[]> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: pipeline.outputs.SuppressionsTableName,
      Key: { recipientId: { S: recipientIdOf(address) } },
      ConsistentRead: true,
    }),
  );
  return Object.keys(Item ?? {}).filter((name) => name.startsWith('scope:'));
}

const urlencoded = { type: 'application/x-www-form-urlencoded', text: 'List-Unsubscribe=One-Click' };
const multipart = {
  type: 'multipart/form-data; boundary=RFC8058',
  text: '--RFC8058\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--RFC8058--\r\n',
};

it('puts exactly the headers of RFC 8058 on marketing mail, which has both parts and one recipient', async () => {
  const { mail, headers, raw } = await mailed('headers');
  expect(headers('list-unsubscribe')).toHaveLength(1);
  expect(headers('list-unsubscribe')[0]).toMatch(/^<https:\/\/[^<>,\s]+>$/);
  expect(headers('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
  expect(mail.to).toEqual([{ address: 'headers@example.com', name: '届 花子' }]);
  expect(mail.cc ?? []).toEqual([]);
  expect(mail.bcc ?? []).toEqual([]);
  expect(mail.subject).toBe('新しい鉄やかん「朝霧」ができました');
  expect(mail.html).toContain('届 花子 様');
  expect(mail.text).toContain('届 花子 様');
  expect(mail.html).not.toContain('{{');
  expect(raw.toString('latin1')).not.toMatch(/\P{ASCII}/u);
});

it.each([
  { form: 'urlencoded', id: 'urlencoded', body: urlencoded },
  { form: 'multipart', id: 'multipart', body: multipart },
])(
  'unsubscribes with a $form POST: 200, no redirect, no cookie, and again the same',
  async ({ id, body }) => {
    const { url } = await mailed(id);
    for (const time of ['first', 'second']) {
      const answer = await ask(url, 'POST', body);
      expect({ time, status: answer.status }).toEqual({ time, status: 200 });
      expect(answer.headers.location).toBeUndefined();
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(await suppressionsOf(`${id}@example.com`)).toEqual(['scope:topic:product-updates']);
    }
  },
);

it('sends no more of that topic to who unsubscribed, and still sends passwords', async () => {
  const { url } = await mailed('leaver');
  await ask(url, 'POST', urlencoded);
  await pipeline.publish(announcement('leaver-again', { recipient: { address: 'Leaver@EXAMPLE.com' } }));
  await pipeline.publish({
    ...announcement('leaver-password', { recipient: { address: 'leaver@example.com' } }),
    template: 'one-time-password',
    data: { code: '1234', expiresInMinutes: 5 },
  });
  await pipeline.idle(90_000);
  expect(pipeline.mailTo('leaver@example.com')).toHaveLength(2);
  expect(pipeline.mailTo('Leaver@example.com')).toHaveLength(0);
});

it.each(['GET', 'HEAD'])('changes nothing on %s', async (method) => {
  const { url } = await mailed(`scanner-${method.toLowerCase()}`);
  const answer = await ask(url, method);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.body === '').toBe(method === 'HEAD');
  expect(await suppressionsOf(`scanner-${method.toLowerCase()}@example.com`)).toEqual([]);
});

it('changes nothing for a tampered token, whichever character is another', async () => {
  const { url } = await mailed('tampered');
  const start = url.lastIndexOf('/') + 1;
  for (const at of [start, start + 5, url.length - 20, url.length - 1]) {
    const other = url[at] === 'A' ? 'B' : 'A';
    const answer = await ask(url.slice(0, at) + other + url.slice(at + 1), 'POST', urlencoded);
    expect(answer.status).toBe(404);
  }
  expect(await suppressionsOf('tampered@example.com')).toEqual([]);
});

it('says nothing of the recipient in the URL', async () => {
  const { url } = await mailed('private-person');
  const token = url.slice(url.lastIndexOf('/') + 1);
  const decoded = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('latin1');
  expect(url + decoded).not.toMatch(/private|person|example\.com\b.*@/);
});
