import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { quiet } from '../../aws/quiet-client.ts';

/** How often a client copies the input of a call for its logger. */
async function copiesOf(silence: (client: SESv2Client) => SESv2Client): Promise<number> {
  let copies = 0;
  const ignore = () => {};
  const logger = { debug: ignore, info: ignore, warn: ignore, error: () => copies++ };
  const client = silence(
    new SESv2Client({
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      logger,
      requestHandler: { handle: () => Promise.reject(new Error('nothing is sent')) } as never,
    }),
  );
  const command = new SendEmailCommand({ Content: { Simple: { Subject: { Data: 'a' }, Body: {} } } });
  await expect(client.send(command)).rejects.toThrow('nothing is sent');
  return copies;
}

it('keeps a client from copying what it sends for a logger', async () => {
  expect(await copiesOf((client) => client)).toBe(1);
  expect(await copiesOf(quiet)).toBe(0);
});

it('says so when the SDK has no such part any more', () => {
  expect(() => quiet({ middlewareStack: { remove: () => false } })).toThrow('names its logger middleware');
});
