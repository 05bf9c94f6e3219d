import {
  GetSuppressedDestinationCommand,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { EPOCH_MS, email, type LocalSes, recipients, startLocalSes, withEvents } from './local-ses.ts';

let local: LocalSes;
let ConfigurationSetName: string;
const start = async (...options: Parameters<typeof startLocalSes>) => {
  local = await startLocalSes(...options);
  ConfigurationSetName = withEvents(local);
};
afterEach(() => local.close());

const send = async (change: Partial<SendEmailCommandInput> = {}) => {
  const { MessageId } = await local.client.send(
    new SendEmailCommand(email({ ConfigurationSetName, ...change })),
  );
  return MessageId ?? '';
};
const types = () => local.events.map(({ eventType }) => eventType);

describe('the mailbox simulator', () => {
  it.each([
    { address: 'success@simulator.amazonses.com', events: ['Send', 'Delivery'], outcome: 'delivered' },
    { address: 'SUCCESS+label@Simulator.AmazonSES.com', events: ['Send', 'Delivery'], outcome: 'delivered' },
    { address: 'ooto@simulator.amazonses.com', events: ['Send', 'Delivery'], outcome: 'delivered' },
    { address: 'bounce+n1@simulator.amazonses.com', events: ['Send', 'Bounce'], outcome: 'bounced' },
    {
      address: 'complaint@simulator.amazonses.com',
      events: ['Send', 'Delivery', 'Complaint'],
      outcome: 'complained',
    },
    { address: 'suppressionlist@simulator.amazonses.com', events: ['Send', 'Bounce'], outcome: 'suppressed' },
  ])('plays $address as $events', async ({ address, events, outcome }) => {
    await start();
    const messageId = await send(recipients(address));
    await local.advance(5_000);
    expect(types()).toEqual(events);
    expect(local.events.map(({ mail }) => mail.messageId)).toEqual(events.map(() => messageId));
    expect(local.ses.store.get(messageId)?.outcome).toBe(outcome);
    expect(local.ses.pending()).toBe(0);
  });

  it('does not put its addresses on the suppression list', async () => {
    await start();
    for (let i = 0; i < 2; i++) {
      await send(recipients('bounce@simulator.amazonses.com'));
      await local.advance(5_000);
    }
    expect(local.events.at(-1)?.bounce?.bounceSubType).toBe('NoEmail');
  });
});

describe('an event record', () => {
  it('describes the mail as the developer guide does', async () => {
    await start();
    const messageId = await send({
      FromEmailAddress: '=?UTF-8?B?5bGK44GR?= <news@example.com>',
      ReplyToAddresses: ['help@example.com'],
      Destination: { ToAddresses: ['花子 <hanako@example.com>'], BccAddresses: ['audit@example.org'] },
      EmailTags: [{ Name: 'notificationId', Value: 'n-1' }],
      Content: {
        Simple: {
          Subject: { Data: 'ご注文の確認', Charset: 'UTF-8' },
          Body: { Text: { Data: 'a', Charset: 'UTF-8' }, Html: { Data: '<p>a</p>', Charset: 'UTF-8' } },
          Headers: [{ Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' }],
        },
      },
    });
    await local.advance(5_000);
    const [sent, delivery] = local.events;
    expect(sent).toMatchObject({ eventType: 'Send', send: {} });
    expect(sent?.mail).toEqual({
      timestamp: new Date(EPOCH_MS).toISOString(),
      source: '届け <news@example.com>',
      sourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com',
      sendingAccountId: '123456789012',
      messageId,
      destination: ['hanako@example.com', 'audit@example.org'],
      headersTruncated: false,
      headers: [
        { name: 'From', value: '届け <news@example.com>' },
        { name: 'Reply-To', value: 'help@example.com' },
        { name: 'To', value: '花子 <hanako@example.com>' },
        { name: 'Subject', value: 'ご注文の確認' },
        { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
        { name: 'MIME-Version', value: '1.0' },
        { name: 'Content-Type', value: expect.stringMatching(/^multipart\/alternative; boundary=".+"$/) },
      ],
      commonHeaders: {
        from: ['届け <news@example.com>'],
        replyTo: ['help@example.com'],
        date: 'Tue, 24 Nov 2026 04:00:00 +0000',
        to: ['花子 <hanako@example.com>'],
        messageId,
        subject: 'ご注文の確認',
      },
      tags: {
        'ses:operation': ['SendEmail'],
        'ses:configuration-set': ['todoke'],
        'ses:source-ip': ['192.0.2.1'],
        'ses:from-domain': ['example.com'],
        'ses:caller-identity': ['send-notification'],
        notificationId: ['n-1'],
      },
    });
    expect(delivery?.mail.tags).toHaveProperty('ses:outgoing-ip');
    expect(delivery?.delivery).toEqual({
      timestamp: expect.any(String),
      processingTimeMillis: expect.any(Number),
      recipients: [expect.any(String)],
      smtpResponse: '250 2.6.0 Message received',
      remoteMtaIp: expect.any(String),
      reportingMTA: 'a8-25.smtp-out.amazonses.com',
    });
  });

  it('leaves out header fields beyond 10 KB, and says so', async () => {
    await start();
    const Headers = Array.from({ length: 15 }, (_, i) => ({ Name: `X-${i}`, Value: 'v'.repeat(900) }));
    await send({
      Content: { Simple: { Subject: { Data: 'a' }, Body: { Text: { Data: 'a' } }, Headers } },
    });
    await local.advance(0);
    expect(local.events[0]?.mail.headersTruncated).toBe(true);
    expect(JSON.stringify(local.events[0]?.mail.headers).length).toBeLessThan(11_000);
  });

  it.each([
    {
      address: 'bounce@simulator.amazonses.com',
      bounceType: 'Permanent',
      bounceSubType: 'NoEmail',
      status: '5.1.1',
      reportingMTA: 'dns; a8-25.smtp-out.amazonses.com',
    },
    {
      address: 'suppressionlist@simulator.amazonses.com',
      bounceType: 'Permanent',
      bounceSubType: 'Suppressed',
      status: '5.1.1',
      reportingMTA: 'dns; amazonses.com',
    },
    {
      address: 'full@example.net',
      bounceType: 'Transient',
      bounceSubType: 'MailboxFull',
      status: '5.2.2',
      reportingMTA: 'dns; a8-25.smtp-out.amazonses.com',
    },
  ])('of a bounce of $address is $bounceType/$bounceSubType', async ({ address, status, ...bounce }) => {
    await start({ recipientBehaviour: (to) => (to === 'full@example.net' ? 'softBounce' : undefined) });
    await send(recipients(address));
    await local.advance(5_000);
    expect(local.events.at(-1)?.bounce).toMatchObject({
      ...bounce,
      feedbackId: expect.stringMatching(/^0100/),
      bouncedRecipients: [
        { emailAddress: address, action: 'failed', status, diagnosticCode: expect.any(String) },
      ],
    });
  });

  it('of a complaint carries the feedback type and no subtype', async () => {
    await start();
    await send(recipients('complaint@simulator.amazonses.com'));
    await local.advance(5_000);
    expect(local.events.at(-1)?.complaint).toEqual({
      feedbackId: expect.stringMatching(/^0100/),
      complaintSubType: null,
      complainedRecipients: [{ emailAddress: 'complaint@simulator.amazonses.com' }],
      timestamp: expect.any(String),
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: 'abuse',
      arrivalDate: expect.any(String),
    });
  });

  it('of a delay comes before the delivery', async () => {
    await start({ recipientBehaviour: () => 'delay' });
    const messageId = await send();
    await local.advance(300);
    expect(local.ses.store.get(messageId)?.outcome).toBe('delayed');
    await local.advance(5_000);
    expect(types()).toEqual(['Send', 'DeliveryDelay', 'Delivery']);
    expect(local.events[1]?.deliveryDelay).toMatchObject({
      delayType: 'TransientCommunicationFailure',
      delayedRecipients: [{ emailAddress: 'hanako@example.com', status: '4.4.1' }],
    });
  });

  it('puts recipients of one domain that met with the same together', async () => {
    await start({ recipientBehaviour: (address) => (address.startsWith('no') ? 'bounce' : undefined) });
    await send(recipients('a@example.com', 'no1@example.net', 'no2@example.net', 'no3@example.org'));
    await local.advance(5_000);
    const bounced = local.events.flatMap(({ bounce }) =>
      bounce === undefined ? [] : [bounce.bouncedRecipients.map(({ emailAddress }) => emailAddress)],
    );
    expect(bounced.sort()).toEqual([['no1@example.net', 'no2@example.net'], ['no3@example.org']]);
    expect(types().filter((type) => type === 'Delivery')).toHaveLength(1);
  });

  it('is published only to enabled destinations that want its type', async () => {
    await start();
    local.ses.createConfigurationSet('bounces');
    const destination = { enabled: true, topicArn: 'arn:aws:sns:us-east-1:123456789012:feedback' };
    local.ses.addEventDestination('bounces', { ...destination, name: 'a', matchingEventTypes: ['BOUNCE'] });
    local.ses.addEventDestination('bounces', {
      ...destination,
      name: 'b',
      matchingEventTypes: ['SEND'],
      enabled: false,
    });
    await send({ ConfigurationSetName: 'bounces', ...recipients('bounce@simulator.amazonses.com') });
    await local.advance(5_000);
    expect(types()).toEqual(['Bounce']);
  });

  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const withText = (Data: string) => ({ Simple: { Subject: { Data: 'a' }, Body: { Text: { Data } } } });
  const rawWith = (body: string) => ({
    Raw: { Data: Buffer.from(`From: a@example.com\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}`) },
  });

  it.each([
    { where: 'text', Content: withText(`see ${eicar}`) },
    {
      where: 'attachment',
      Content: {
        Simple: {
          ...withText('a').Simple,
          Attachments: [{ FileName: 'a.txt', RawContent: Buffer.from(eicar) }],
        },
      },
    },
    { where: 'base64 of raw content', Content: rawWith(Buffer.from(eicar).toString('base64')) },
  ])('is a Reject, and nothing else, for a virus in the $where', async ({ Content }) => {
    await start();
    const messageId = await send({ Content });
    await local.advance(5_000);
    expect(local.events).toMatchObject([{ eventType: 'Reject', reject: { reason: 'Bad content' } }]);
    expect(local.ses.store.get(messageId)?.outcome).toBe('rejected');
  });
});

describe('the account suppression list', () => {
  it.each([
    { behaviour: 'bounce', reason: 'BOUNCE' },
    { behaviour: 'complaint', reason: 'COMPLAINT' },
  ] as const)(
    'takes an address after a $behaviour, and later mail is accepted but not sent',
    async ({ behaviour, reason }) => {
      await start({ recipientBehaviour: () => behaviour });
      const first = await send();
      await local.advance(5_000);
      const { SuppressedDestination } = await local.client.send(
        new GetSuppressedDestinationCommand({ EmailAddress: 'HANAKO@example.com' }),
      );
      expect(SuppressedDestination).toMatchObject({ Reason: reason, Attributes: { MessageId: first } });
      const second = await send();
      await local.advance(5_000);
      expect(local.events.at(-1)?.bounce).toMatchObject({
        bounceType: 'Permanent',
        bounceSubType: 'OnAccountSuppressionList',
      });
      expect(local.ses.store.get(second)?.outcome).toBe('suppressed');
    },
  );

  it('is not filled for reasons that the account has switched off', async () => {
    await start({ recipientBehaviour: () => 'bounce', account: { suppressedReasons: ['COMPLAINT'] } });
    await send();
    await local.advance(5_000);
    await send();
    await local.advance(5_000);
    expect(local.events.at(-1)?.bounce?.bounceSubType).toBe('NoEmail');
  });
});
