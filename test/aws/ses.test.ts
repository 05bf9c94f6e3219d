import PostalMime from 'postal-mime';
import { answerOf, getSendQuota, sendMail } from '../../aws/ses.ts';
import { nameAddress } from '../../domain/header.ts';
import type { Mail } from '../../domain/mail.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';
import { startSesThread } from './ses-thread.ts';

let stack: QuietStack;

beforeAll(async () => {
  stack = await startQuietStack({
    ses: { account: { maxSendRate: 500, max24HourSend: 1_000 } },
  });
  stack.pipeline.ses.createIdentity(stack.output('MailDomain'), { verified: true });
});
afterAll(() => stack.close());
afterEach(() => {
  stack.pipeline.ses.faults.clear();
  stack.pipeline.ses.account.update({ sendingEnabled: true, enforcementStatus: 'HEALTHY', maxSendRate: 500 });
});

const aMail = (changes: Partial<Mail> = {}): Mail => ({
  fromHeader: 'Todoke <no-reply@example.com>',
  toHeader: 'taro@example.com',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  headers: {},
  tags: { 'todoke-notification': 'order-1' },
  attachments: [],
  ...changes,
});

const send = (changes: Partial<Mail> = {}) => sendMail(aMail(changes), stack.output('ConfigurationSetName'));
const accepted = () => stack.pipeline.ses.store.count();

async function sent(changes: Partial<Mail>) {
  const answer = await send(changes);
  if (answer.outcome !== 'accepted') throw new Error(`SES answered ${answer.outcome}`);
  const path = `/inbox/messages/${answer.sesMessageId}/raw`;
  const raw = Buffer.from(await (await fetch(stack.pipeline.endpoint + path)).arrayBuffer());
  return { raw: raw.toString(), mail: await PostalMime.parse(raw), ...answer };
}

describe('a mail that SES accepts', () => {
  it('arrives with both parts and its characters intact', async () => {
    const html = '<p>ご注文 <b>№ 4711</b> を承りました。😀</p>';
    const { mail } = await sent({
      html,
      text: 'ご注文を承りました。😀',
      subject: 'ご注文ありがとうございます'.repeat(6),
    });
    expect(mail.html?.trim()).toBe(html);
    expect(mail.text?.trim()).toBe('ご注文を承りました。😀');
    expect(mail.subject).toBe('ご注文ありがとうございます'.repeat(6));
  });

  it('arrives with names that ASCII does not hold, and the reply address', async () => {
    const { mail } = await sent({
      fromHeader: nameAddress('届けショップ', 'no-reply@example.com', 'fromName'),
      toHeader: nameAddress('山田 太郎, "Taro"', 'taro@example.com', 'recipient.name'),
      replyTo: 'support@example.com',
    });
    expect(mail.from).toMatchObject({ name: '届けショップ', address: 'no-reply@example.com' });
    expect(mail.to).toMatchObject([{ name: '山田 太郎, "Taro"', address: 'taro@example.com' }]);
    expect(mail.replyTo).toMatchObject([{ address: 'support@example.com' }]);
  });

  it('arrives with its header fields, each once', async () => {
    const headers = {
      'List-Unsubscribe': `<https://mail.example.com/u/k1.${'a'.repeat(200)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-replied',
      'In-Reply-To': '<4711@mail.example.net>',
      References: '<4710@mail.example.net> <4711@mail.example.net>',
    };
    const { mail } = await sent({ headers });
    for (const [name, value] of Object.entries(headers)) {
      const found = mail.headers.filter(({ key }) => key === name.toLowerCase());
      expect(found.map(({ value: arrived }) => arrived)).toEqual([value]);
    }
  });

  it('carries the tags by which feedback finds it, and goes through the configuration set', async () => {
    const { sesMessageId } = await sent({ tags: { 'todoke-campaign': 'autumn', 'todoke-chunk': '3' } });
    const stored = stack.pipeline.ses.store.get(sesMessageId);
    expect(stored?.tags).toEqual(
      expect.arrayContaining([
        ['todoke-campaign', 'autumn'],
        ['todoke-chunk', '3'],
      ]),
    );
    expect(stored?.configurationSetName).toBe(stack.output('ConfigurationSetName'));
  });

  it.each([
    { tracked: ['clicks'] as const, links: true, pixel: false },
    { tracked: ['opens'] as const, links: false, pixel: true },
    { tracked: undefined, links: false, pixel: false },
  ])('is tracked as it asks for: $tracked', async ({ tracked, links, pixel }) => {
    const html = '<a href="https://www.example.com/">shop</a>';
    const { mail } = await sent({ html, ...(tracked === undefined ? {} : { tracked }) });
    expect([mail.html?.includes('/track/L0/'), mail.html?.includes('/track/I0/')]).toEqual([links, pixel]);
  });

  it('arrives with its attachments, octet for octet', async () => {
    const content = Uint8Array.from({ length: 5_000 }, (_, i) => i % 256);
    const fileName = '2026-11-24_見積書.pdf';
    const { mail } = await sent({ attachments: [{ fileName, contentType: 'application/pdf', content }] });
    expect(mail.attachments).toMatchObject([
      { filename: fileName, mimeType: 'application/pdf', disposition: 'attachment' },
    ]);
    expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer)).toEqual(Buffer.from(content));
  });
});

describe('what SES answers', () => {
  it.each([
    { fault: 'throttle', answer: { outcome: 'throttled' }, mails: 0 },
    { fault: 'quota', answer: { outcome: 'quotaExceeded' }, mails: 0 },
    { fault: 'paused', answer: { outcome: 'paused', code: 'SendingPausedException' }, mails: 0 },
    {
      fault: 'errorBeforeAcceptance',
      answer: { outcome: 'ambiguous', code: 'InternalServiceErrorException' },
      mails: 0,
    },
    {
      fault: 'errorAfterAcceptance',
      answer: { outcome: 'ambiguous', code: 'InternalServiceErrorException' },
      mails: 1,
    },
  ] as const)(
    'is $answer.outcome for $fault, and the request is made once',
    async ({ fault, answer, mails }) => {
      const [acceptedBefore, callsBefore] = [accepted(), stack.pipeline.calls()['ses:SendEmail'] ?? 0];
      stack.pipeline.ses.faults.update({ calls: { [fault]: { next: 1 } } });
      expect(await send()).toEqual(answer);
      expect(accepted() - acceptedBefore).toBe(mails);
      expect((stack.pipeline.calls()['ses:SendEmail'] ?? 0) - callsBefore).toBe(1);
    },
  );

  it('is ambiguous when the connection drops after acceptance, and the request is made once', async () => {
    const thread = startSesThread(stack.pipeline.endpoint);
    const before = accepted();
    stack.pipeline.ses.faults.update({ calls: { timeoutAfterAcceptance: { next: 1 } } });
    const configurationSetName = stack.output('ConfigurationSetName');
    expect(await thread.run({ send: aMail(), configurationSetName })).toEqual({
      outcome: 'ambiguous',
      code: 'ECONNRESET',
    });
    expect(accepted() - before).toBe(1);
    await thread.close();
  });

  it('is throttled above MaxSendRate', async () => {
    stack.pipeline.ses.account.update({ maxSendRate: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['accepted', 'throttled']));
  });

  it('is paused when the account is suspended', async () => {
    stack.pipeline.ses.account.update({ enforcementStatus: 'SHUTDOWN' });
    expect(await send()).toEqual({ outcome: 'paused', code: 'AccountSuspendedException' });
  });

  it('is paused when the configuration set is gone', async () => {
    expect(await sendMail(aMail(), 'no-such-set')).toEqual({ outcome: 'paused', code: 'NotFoundException' });
  });

  it('is rejected for a sender that is not verified, or a header that SES does not allow', async () => {
    expect(await send({ fromHeader: 'someone@example.org' })).toEqual({
      outcome: 'rejected',
      code: 'MessageRejected',
    });
    expect(await send({ headers: { Subject: 'twice' } })).toEqual({
      outcome: 'rejected',
      code: 'BadRequestException',
    });
  });
});

describe('answerOf', () => {
  const exception = (name: string, httpStatusCode: number, message = '') => ({
    name,
    message,
    $metadata: { httpStatusCode },
  });
  const network = (code: string) => Object.assign(new Error('network'), { code });

  it.each<{ error: unknown; answer: SendAnswer | undefined }>([
    {
      error: exception('TooManyRequestsException', 429, 'Maximum sending rate exceeded.'),
      answer: { outcome: 'throttled' },
    },
    {
      error: exception('ThrottlingException', 400, 'Maximum sending rate exceeded.'),
      answer: { outcome: 'throttled' },
    },
    { error: exception('Throttling', 400), answer: { outcome: 'throttled' } },
    {
      error: exception('LimitExceededException', 400, 'Daily message quota exceeded.'),
      answer: { outcome: 'quotaExceeded' },
    },
    {
      error: exception('ThrottlingException', 400, 'Daily message quota exceeded.'),
      answer: { outcome: 'quotaExceeded' },
    },
    {
      error: exception('TooManyRequestsException', 429, 'daily quota exceeded'),
      answer: { outcome: 'quotaExceeded' },
    },
    { error: exception('LimitExceededException', 400), answer: { outcome: 'quotaExceeded' } },
    ...[
      'AccountSuspendedException',
      'SendingPausedException',
      'MailFromDomainNotVerifiedException',
      'NotFoundException',
    ].map((name) => ({ error: exception(name, 400), answer: { outcome: 'paused' as const, code: name } })),
    ...['MessageRejected', 'BadRequestException'].map((name) => ({
      error: exception(name, 400),
      answer: { outcome: 'rejected' as const, code: name },
    })),
    ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].map((code) => ({
      error: network(code),
      answer: { outcome: 'throttled' as const },
    })),
    ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'].map((code) => ({
      error: network(code),
      answer: { outcome: 'ambiguous' as const, code },
    })),
    ...['TimeoutError', 'AbortError'].map((name) => ({
      error: { name, message: '' },
      answer: { outcome: 'ambiguous' as const, code: name },
    })),
    { error: exception('InternalFailure', 500), answer: { outcome: 'ambiguous', code: 'InternalFailure' } },
    {
      error: exception('ServiceUnavailable', 503),
      answer: { outcome: 'ambiguous', code: 'ServiceUnavailable' },
    },
    { error: exception('SyntaxError', 200), answer: { outcome: 'ambiguous', code: 'SyntaxError' } },
    { error: exception('AccessDeniedException', 403), answer: undefined },
    { error: exception('ExpiredTokenException', 403), answer: undefined },
    { error: exception('ValidationException', 400), answer: undefined },
    { error: new TypeError('x is not a function'), answer: undefined },
    { error: 'a text', answer: undefined },
  ])('$error.name$error.code $error.message: $answer.outcome', ({ error, answer }) => {
    expect(answerOf(error)).toEqual(answer);
  });
});

it('reads how fast and how much the account may send', async () => {
  await send();
  const quota = await getSendQuota();
  expect(quota).toMatchObject({ maxSendRate: 500, max24HourSend: 1_000 });
  expect(quota.sentLast24Hours).toBeGreaterThan(0);
});
