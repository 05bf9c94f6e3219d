import { readNotification } from '../../../local/lab/late-bounces.ts';
import { talk } from '../../../local/lab/smtp-client.ts';
import { type Arrival, startArrival } from './arrival.ts';

let arrival: Arrival;

beforeAll(async () => {
  arrival = await startArrival();
});
afterEach(() => arrival.reset());
afterAll(() => arrival.close());

it('turns 250 into a Delivery with what the server said', async () => {
  const events = await arrival.send('taro@gmail.com');
  expect(events.map(({ eventType }) => eventType)).toEqual(['Send', 'Delivery']);
  const { delivery, mail } = events[1] ?? {};
  expect(delivery).toEqual({
    timestamp: expect.stringMatching(/^20/),
    processingTimeMillis: Date.parse(String(delivery?.timestamp)) - Date.parse(mail?.timestamp ?? ''),
    recipients: ['taro@gmail.com'],
    smtpResponse: expect.stringMatching(/^250 2\.0\.0 OK .* - gsmtp$/),
    remoteMtaIp: '192.0.2.51',
    reportingMTA: 'a8-25.smtp-out.amazonses.com',
  });
});

it('turns 5yz into a Bounce that quotes every line', async () => {
  const [, { bounce } = {}] = await arrival.send('unknown@gmail.com');
  expect(bounce).toMatchObject({
    bounceType: 'Permanent',
    bounceSubType: 'General',
    remoteMtaIp: '192.0.2.51',
    reportingMTA: 'dns; a8-25.smtp-out.amazonses.com',
    feedbackId: expect.any(String),
    bouncedRecipients: [
      {
        emailAddress: 'unknown@gmail.com',
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: expect.stringMatching(
          /^smtp; 550-5\.1\.1 The email account.*\n550-5\.1\.1 .*\n550 5\.1\.1 .*gsmtp$/s,
        ),
      },
    ],
  });
});

it('tries again after 4yz, and delivers when the server is ready', async () => {
  arrival.lab.receiver('company').change({ greylistMs: 1 });
  const events = await arrival.send('taro@strict.example.net');
  expect(events.map(({ eventType }) => eventType)).toEqual(['Send', 'DeliveryDelay', 'Delivery']);
  expect(events[1]?.deliveryDelay).toMatchObject({
    delayType: 'RecipientServerError',
    delayedRecipients: [
      { status: '4.7.1', diagnosticCode: 'smtp; 451 4.7.1 Greylisting in action, please come back later' },
    ],
  });
});

it('gives up in the end, with the last answer inside its own', async () => {
  const events = await arrival.send('full@yahoo.com');
  expect(events.map(({ eventType }) => eventType)).toEqual([
    'Send',
    'DeliveryDelay',
    'DeliveryDelay',
    'DeliveryDelay',
    'Bounce',
  ]);
  expect(events.at(-1)?.bounce).toMatchObject({
    bounceType: 'Transient',
    bounceSubType: 'MailboxFull',
    bouncedRecipients: [
      {
        status: '4.4.7',
        diagnosticCode:
          'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 full@yahoo.com mailbox is full>',
      },
    ],
  });
});

it.each([
  { to: 'full@au.com', bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '5.2.2' },
  { to: 'disabled@au.com', bounceType: 'Permanent', bounceSubType: 'General', status: '5.1.1' },
])('turns a notification that comes back for $to into a Bounce after the Delivery', async (row) => {
  const { to, status, ...kind } = row;
  const events = await arrival.send(to);
  expect(events.map(({ eventType }) => eventType)).toEqual(['Send', 'Delivery', 'Bounce']);
  expect(events[2]?.bounce).toMatchObject({
    ...kind,
    reportingMTA: 'dns; mx.au.com',
    bouncedRecipients: [{ emailAddress: to, action: 'failed', status }],
  });
  expect(arrival.lab.mailsTo(to)).toEqual([]);
});

it('tells of each recipient of a mail by itself', async () => {
  const events = await arrival.send(['taro@gmail.com', 'unknown@gmail.com', 'hanako@gmail.com']);
  const told = events.flatMap(({ delivery, bounce }) =>
    delivery
      ? [['Delivery', delivery.recipients]]
      : bounce
        ? [['Bounce', bounce.bouncedRecipients.length]]
        : [],
  );
  expect(told).toEqual(
    expect.arrayContaining([
      ['Delivery', ['taro@gmail.com', 'hanako@gmail.com']],
      ['Bounce', 1],
    ]),
  );
});

it.each([
  {
    when: 'the domain is not in the DNS',
    to: 'taro@nowhere.example.jp',
    diagnosticCode: 'smtp; 550 5.4.4 Invalid domain',
  },
  {
    when: 'the domain takes no mail (RFC 7505)',
    zone: { 'MX null.example.jp': ['0 .'] },
    to: 'taro@null.example.jp',
    diagnosticCode: 'smtp; 556 5.1.10 Recipient address has null MX',
  },
  {
    when: 'nothing listens at its server',
    zone: { 'MX dead.example.jp': ['10 mx.dead.example.jp'], 'A mx.dead.example.jp': ['192.0.2.200'] },
    to: 'taro@dead.example.jp',
    diagnosticCode:
      'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.1 Unable to connect to remote host>',
  },
])('bounces without any server having answered when $when', async ({ zone, to, diagnosticCode }) => {
  arrival.lab.zone.change(zone ?? {});
  const { bounce } = (await arrival.send(to)).at(-1) ?? {};
  expect(bounce?.bouncedRecipients[0]?.diagnosticCode).toBe(diagnosticCode);
  expect(bounce?.remoteMtaIp).toBeUndefined();
});

it('takes the next server when the first is down', async () => {
  arrival.lab.zone.change({
    'MX gmail.com': ['5 down.example.com', '10 gmail-smtp-in.l.google.com'],
    'A down.example.com': ['192.0.2.200'],
  });
  const events = await arrival.send('second@gmail.com');
  expect(events.at(-1)?.delivery?.remoteMtaIp).toBe('192.0.2.51');
});

it.each(['"a..b"@docomo.ne.jp', '".a"@ezweb.ne.jp', '"a."@docomo.ne.jp'])(
  'delivers to %s, whose dots its carrier has issued',
  async (to) => {
    const events = await arrival.send(to);
    expect(events.map(({ eventType }) => eventType)).toEqual(['Send', 'Delivery']);
    // The SMTP client of the lab writes it without the quotes.
    expect(arrival.lab.mailsTo(to.replaceAll('"', ''))).toHaveLength(1);
  },
);

it('refuses mail of more than 3 MB at au', async () => {
  const events = await arrival.send('taro@au.com', { text: 'Hello, how are you?\r\n'.repeat(160_000) });
  expect(events.at(-1)?.bounce).toMatchObject({ bounceType: 'Transient', bounceSubType: 'MessageTooLarge' });
});

it('blocks a sender who names too many unknown users at docomo', async () => {
  arrival.lab.receiver('docomo').change({ unknownPerMinute: 2 });
  for (const n of [1, 2, 3]) await arrival.send(`unknown-${n}@docomo.ne.jp`);
  const events = await arrival.send('taro@docomo.ne.jp');
  expect(events.at(-1)?.bounce?.bouncedRecipients[0]?.diagnosticCode).toContain('<421 Service not available');
});

it('does not send in the open where the configuration set requires TLS', async () => {
  arrival.lab.receiver('yahoo').change({ offersTls: false });
  const events = await arrival.send('in-the-open@yahoo.com', {}, 'tls');
  expect(arrival.lab.mailsTo('in-the-open@yahoo.com')).toEqual([]);
  expect(events.at(-1)?.bounce?.bouncedRecipients[0]?.diagnosticCode).toContain('STARTTLS');
});

/** A mail that says it is from us, brought by somebody else whose name is in order. */
async function spoof(receiver: string, recipients: readonly string[]) {
  const { lab } = arrival;
  lab.zone.change({
    'PTR 66.2.0.192.in-addr.arpa': ['mail.example.org'],
    'A mail.example.org': ['192.0.2.66'],
    'TXT example.org': ['v=spf1 ip4:192.0.2.66 -all'],
  });
  const { address } = lab.receiver(receiver).persona;
  return talk({
    socket: await lab.network.connect('192.0.2.66', address),
    clientName: 'mail.example.org',
    mailFrom: 'bounce@example.org',
    recipients,
    source: Buffer.from(
      [
        'From: Todoke <news@example.com>',
        'Subject: Your account',
        'Date: Tue, 24 Nov 2026 04:00:00 +0000',
        'Message-ID: <1@example.org>',
        '',
        'Please confirm.',
        '',
      ].join('\r\n'),
    ),
    tlsPolicy: 'OPTIONAL',
  });
}

it.each([
  {
    receiver: 'gmail',
    to: 'spoofed@gmail.com',
    says: /^550-5\.7\.26 Unauthenticated email from example\.com/,
  },
  { receiver: 'outlook', to: 'spoofed@outlook.com', says: /^550 5\.7\.509/ },
  { receiver: 'yahoo', to: 'spoofed@yahoo.com', says: /^554 5\.7\.9/ },
  { receiver: 'icloud', to: 'spoofed@icloud.com', says: /^554 5\.7\.1/ },
  { receiver: 'docomo', to: 'spoofed@docomo.ne.jp', says: /^250 / },
  { receiver: 'au', to: 'spoofed@au.com', says: /^250 / },
])(
  'keeps a forged mail out of the inbox at $receiver, although SPF passes for its MAIL FROM',
  async (row) => {
    const { receiver, to, says } = row;
    const [said] = await spoof(receiver, [to]);
    expect(said?.reply).toMatch(says);
    const folders = arrival.lab.mailsTo(to).map(({ folder }) => folder);
    expect(folders).toEqual(said?.replyCode === 250 ? ['spam'] : []);
  },
);

it('takes a hundred recipients at docomo, and no more', async () => {
  const recipients = Array.from({ length: 101 }, (_, i) => `r${i}@docomo.ne.jp`);
  const said = await spoof('docomo', recipients);
  expect(said.filter(({ replyCode }) => replyCode === 250)).toHaveLength(100);
  expect(said[100]).toEqual({
    recipient: 'r100@docomo.ne.jp',
    replyCode: 550,
    reply: '550 Too many recipients',
  });
});

it('leaves mail to the mailbox simulator where it is', async () => {
  const events = await arrival.send('bounce@simulator.amazonses.com');
  expect(events.at(-1)?.bounce?.bounceSubType).toBe('NoEmail');
});

it.each([
  ['no report at all', 'From: a@example.com\r\n\r\nHello'],
  [
    'a report of success',
    [
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.com',
      '',
      'Final-Recipient: rfc822; taro@example.com',
      'Action: delivered',
      'Status: 2.0.0',
      '--b--',
    ].join('\r\n'),
  ],
])('reads no bounce from %s', async (_what, source) => {
  expect(await readNotification(Buffer.from(source))).toEqual([]);
});
