import { GetAccountCommand, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { email, type LocalSes, outcome, recipients, startLocalSes } from './local-ses.ts';

let local: LocalSes;
const start = async (...options: Parameters<typeof startLocalSes>) => {
  local = await startLocalSes(...options);
  return local;
};
afterEach(() => local.close());

const send = (change: Partial<SendEmailCommandInput> = {}) =>
  outcome(local.client.send(new SendEmailCommand(email(change))));

const simple = (change: object): Partial<SendEmailCommandInput> => ({
  Content: {
    Simple: {
      Subject: { Data: 'Hello', Charset: 'UTF-8' },
      Body: { Text: { Data: 'Hello', Charset: 'UTF-8' } },
      ...change,
    },
  },
});

describe('SendEmail', () => {
  it('answers with an id of the form SES gives, and keeps the mail', async () => {
    await start();
    const { messageId } = await send({ EmailTags: [{ Name: 'notificationId', Value: 'n-1' }] });
    expect(messageId).toMatch(
      /^0100[0-9a-f]{12}-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}-000000$/,
    );
    expect(local.ses.store.get(messageId ?? '')).toMatchObject({
      from: 'Todoke <news@example.com>',
      recipients: ['hanako@example.com'],
      tags: [['notificationId', 'n-1']],
      outcome: 'accepted',
    });
  });

  it.each([
    {
      when: 'a tag value has a character that is not allowed',
      change: { EmailTags: [{ Name: 'a', Value: 'x:1' }] },
      message: "Invalid tag value <x:1>: only alphanumeric ASCII characters, '_', and '-' are allowed.",
    },
    {
      when: 'a tag name has a character that is not allowed',
      change: { EmailTags: [{ Name: 'a b', Value: 'x' }] },
      message: "Invalid tag name <a b>: only alphanumeric ASCII characters, '_', and '-' are allowed.",
    },
    {
      when: 'a tag is longer than 256',
      change: { EmailTags: [{ Name: 'a', Value: 'x'.repeat(257) }] },
      message: 'Tag value cannot exceed 256 characters.',
    },
    {
      when: 'there are 51 recipients',
      change: recipients(...Array.from({ length: 51 }, (_, i) => `r${i}@example.com`)),
      message: 'Recipient count exceeds 50.',
    },
    { when: 'there is no recipient', change: recipients(), message: 'Missing destination address.' },
    { when: 'an address has no domain', change: recipients('hanako'), message: "Missing final '@domain'" },
    {
      when: 'a local part is not 7-bit',
      change: recipients('花子@example.com'),
      message: 'Local address contains illegal character',
    },
    {
      when: 'a local part has a space',
      change: recipients('Hanako <hana ko@example.com>'),
      message: 'Local address contains control or whitespace',
    },
    {
      when: 'a domain is not in Punycode',
      change: recipients('hanako@例え.example'),
      message: 'Domain contains illegal character',
    },
    {
      when: 'one member holds two addresses',
      change: recipients('a@example.com, b@example.com'),
      message: 'Illegal address',
    },
    {
      when: 'a header that SES writes itself is given',
      change: simple({ Headers: [{ Name: 'Reply-To', Value: 'a@example.com' }] }),
      message: 'Header Reply-To is not allowed.',
    },
    {
      when: 'List-Unsubscribe is given twice',
      change: simple({
        Headers: [
          { Name: 'List-Unsubscribe', Value: '<https://example.com/a>' },
          { Name: 'list-unsubscribe', Value: '<https://example.com/b>' },
        ],
      }),
      message: 'Header list-unsubscribe is allowed only once.',
    },
    {
      when: 'a header value breaks the line',
      change: simple({ Headers: [{ Name: 'X-A', Value: 'a\r\nBcc: b@example.com' }] }),
      message: /Content\.Simple\.Headers\.0\.Value/,
    },
    {
      when: 'there are 16 headers',
      change: simple({ Headers: Array.from({ length: 16 }, (_, i) => ({ Name: `X-${i}`, Value: 'a' })) }),
      message: /Content\.Simple\.Headers/,
    },
    {
      when: 'there is no body',
      change: simple({ Body: {} }),
      message: 'Body must contain Text, Html or both.',
    },
    {
      when: 'the charset is not known here',
      change: simple({ Subject: { Data: 'a', Charset: 'ISO-2022-JP' } }),
      message: /UTF-8 and US-ASCII, not ISO-2022-JP/,
    },
    {
      when: 'the content is neither Simple nor Raw',
      change: { Content: {} },
      message: 'Content must contain exactly one of Simple, Raw and Template.',
    },
    {
      when: 'the content is a template',
      change: { Content: { Template: { TemplateName: 'welcome' } } },
      message: /^Content\.Template is not supported/,
    },
    {
      when: 'a contact list is named',
      change: { ListManagementOptions: { ContactListName: 'all' } },
      message: /^ListManagementOptions is not supported/,
    },
  ])('refuses with BadRequestException when $when', async ({ change, message }) => {
    await start();
    const refused = await send(change);
    expect(refused).toMatchObject({ error: 'BadRequestException', status: 400 });
    expect(refused.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(local.ses.store.count()).toBe(0);
  });

  it('takes text without a charset as ASCII, as SES does', async () => {
    await start();
    const { messageId } = await send(simple({ Subject: { Data: '件名 a' } }));
    expect(local.ses.store.get(messageId ?? '')?.subject).toBe('?? a');
  });

  it('names a configuration set that does not exist', async () => {
    await start();
    expect(await send({ ConfigurationSetName: 'gone' })).toEqual({
      error: 'NotFoundException',
      message: 'Configuration set <gone> does not exist.',
      status: 404,
    });
  });
});

describe('the identity of the sender', () => {
  it.each([
    { from: 'a@example.com', accepted: true },
    { from: 'a@mail.example.com', accepted: true },
    { from: 'a@EXAMPLE.com', accepted: true },
    { from: 'solo+label@example.org', accepted: true },
    { from: 'other@example.org', accepted: false },
    { from: 'a@notexample.com', accepted: false },
    { from: 'a@pending.example.net', accepted: false },
  ])('$from is accepted: $accepted', async ({ from, accepted }) => {
    await start();
    local.ses.createIdentity('solo@example.org', { verified: true });
    local.ses.createIdentity('pending.example.net');
    expect(await send({ FromEmailAddress: from })).toEqual(
      accepted
        ? { messageId: expect.any(String) }
        : {
            error: 'MessageRejected',
            message: `Email address is not verified. The following identities failed the check in region US-EAST-1: ${from}`,
            status: 400,
          },
    );
  });
});

describe('the sandbox', () => {
  it('takes mail only to verified recipients and the simulator, 1 a second, 200 a day', async () => {
    await start({ account: { productionAccess: false, maxSendRate: 500 } });
    expect(await send(recipients('a@example.org', 'b@example.com'))).toMatchObject({
      error: 'MessageRejected',
      message: expect.stringMatching(/US-EAST-1: a@example\.org$/),
    });
    expect(await send(recipients('success@simulator.amazonses.com'))).toHaveProperty('messageId');
    const account = await local.client.send(new GetAccountCommand());
    expect(account.SendQuota).toEqual({ Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 });
    expect(account.ProductionAccessEnabled).toBe(false);
  });
});

describe('the sending rate', () => {
  it('lets 5 recipients through at 1 a second, then refuses for 5 seconds', async () => {
    await start({ account: { maxSendRate: 1 } });
    const five = recipients(...[1, 2, 3, 4, 5].map((n) => `r${n}@example.com`));
    expect(await send(five)).toHaveProperty('messageId');
    await local.advance(4_990);
    expect(await send()).toEqual({
      error: 'TooManyRequestsException',
      message: 'Maximum sending rate exceeded.',
      status: 429,
    });
    await local.advance(10);
    expect(await send()).toHaveProperty('messageId');
  });

  it('lets a second of mail through at once, and no more', async () => {
    await start({ account: { maxSendRate: 14 } });
    const answers = [];
    for (let i = 0; i < 20; i++) answers.push(await send());
    expect(answers.filter(({ messageId }) => messageId !== undefined)).toHaveLength(14);
  });

  it('does not limit other actions', async () => {
    await start({ account: { maxSendRate: 1 } });
    await Promise.all([1, 2, 3].map(() => local.client.send(new GetAccountCommand())));
  });
});

describe('the daily quota', () => {
  it('counts recipients in the last 24 hours, the simulator excepted', async () => {
    await start({ account: { max24HourSend: 3 } });
    await send(recipients('success@simulator.amazonses.com'));
    await send(recipients('a@example.com', 'b@example.com'));
    await local.advance(60_000);
    await send();
    expect(await send()).toEqual({
      error: 'LimitExceededException',
      message: 'Daily message quota exceeded.',
      status: 400,
    });
    await local.advance(24 * 60 * 60 * 1000);
    expect(await send(recipients('a@example.com', 'b@example.com'))).toHaveProperty('messageId');
    expect((await local.client.send(new GetAccountCommand())).SendQuota?.SentLast24Hours).toBe(3);
  });

  it('is no limit when it is -1', async () => {
    await start({ account: { max24HourSend: -1 } });
    expect(await send()).toHaveProperty('messageId');
  });
});

describe('a pause', () => {
  it.each([
    {
      of: 'the account',
      pause: () => local.ses.account.update({ sendingEnabled: false }),
      error: 'SendingPausedException',
    },
    {
      of: 'a suspended account',
      pause: () => local.ses.account.update({ enforcementStatus: 'SHUTDOWN' }),
      error: 'AccountSuspendedException',
    },
    {
      of: 'the configuration set',
      pause: () => local.ses.createConfigurationSet('set', { sendingEnabled: false }),
      error: 'SendingPausedException',
    },
  ])('of $of answers $error', async ({ pause, error }) => {
    await start();
    pause();
    const set = error === 'SendingPausedException' && local.ses.account.settings().sendingEnabled;
    expect(await send(set ? { ConfigurationSetName: 'set' } : {})).toMatchObject({ error, status: 400 });
  });
});
