import type { Mail } from '../../domain/mail.ts';
import { answering, type BrokenServer, breakingOff, startBrokenServer } from './broken-server.ts';
import { type SesThread, startSesThread } from './ses-thread.ts';

const mail: Mail = {
  fromHeader: 'no-reply@example.com',
  toHeader: 'taro@example.com',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  headers: {},
  tags: {},
  attachments: [],
};

let server: BrokenServer;
let thread: SesThread;

beforeAll(async () => {
  server = await startBrokenServer();
  thread = startSesThread(server.endpoint);
});
afterAll(async () => {
  await thread.close();
  await server.close();
});

const send = () => thread.run({ send: mail, configurationSetName: 'set' });

it.each([
  {
    when: 'the answer breaks off',
    answer: breakingOff,
    expected: { outcome: 'ambiguous', code: 'ECONNRESET' },
  },
  {
    when: 'the answer is no JSON',
    answer: answering(200, '<html>proxy</html>'),
    expected: { outcome: 'ambiguous', code: 'SyntaxError' },
  },
  {
    when: 'the answer has no message id',
    answer: answering(200, '{}'),
    expected: { outcome: 'ambiguous', code: 'NoMessageId' },
  },
  {
    when: 'a gateway in between fails',
    answer: answering(502, '<html>bad gateway</html>'),
    expected: { outcome: 'ambiguous' },
  },
])('is in doubt when $when, and does not try again', async ({ answer, expected }) => {
  server.answer(answer);
  expect(await send()).toMatchObject(expected);
  expect(server.requests).toEqual(['POST /v2/email/outbound-emails']);
});

it('is in doubt when SES does not answer in time', async () => {
  const hasty = startSesThread(server.endpoint, 100);
  try {
    server.answer(() => {});
    expect(await hasty.run({ send: mail, configurationSetName: 'set' })).toEqual({
      outcome: 'ambiguous',
      code: 'ETIMEDOUT',
    });
    expect(server.requests).toHaveLength(1);
  } finally {
    await hasty.close();
  }
});

it('throws when SES does not look at the request', async () => {
  server.answer(
    answering(403, '{"message":"not authorized to perform ses:SendEmail"}', {
      'x-amzn-errortype': 'AccessDeniedException',
    }),
  );
  await expect(send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

it('asks for the quota again when SES was too busy to say', async () => {
  const quota = { MaxSendRate: 14, Max24HourSend: 50_000, SentLast24Hours: 7 };
  server.answer(
    answering(429, '{"message":"Rate exceeded"}', { 'x-amzn-errortype': 'TooManyRequestsException' }),
    answering(200, JSON.stringify({ SendQuota: quota })),
  );
  expect(await thread.run('quota')).toEqual({ maxSendRate: 14, max24HourSend: 50_000, sentLast24Hours: 7 });
});

it('does not take an account without a rate for one that may send', async () => {
  server.answer(answering(200, '{"SendQuota":{"MaxSendRate":0}}'));
  await expect(thread.run('quota')).rejects.toThrow('sesv2:GetAccount answered without SendQuota');
});

it('knows that nothing was sent when nothing answers', async () => {
  await server.close();
  expect(await send()).toEqual({ outcome: 'throttled' });
});
