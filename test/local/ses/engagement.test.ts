import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { parseFeedback } from '../../../domain/feedback/feedback.ts';
import { email, type LocalSes, recipients, startLocalSes, TOPIC, withEvents } from './local-ses.ts';

const trackingUrl = 'http://127.0.0.1/track';
const link = 'https://shop.example.com/a?b=1&c="';
const html = `<body><a class="x" href="https://shop.example.com/a?b=1&amp;c=&quot;">shop</a><a ses:no-track href="https://example.com/u">out</a><a href="mailto:a@example.com">us</a></body>`;

let local: LocalSes;
let ConfigurationSetName: string;
beforeEach(async () => {
  local = await startLocalSes({ trackingUrl });
  ConfigurationSetName = withEvents(local);
  local.ses.addEventDestination(ConfigurationSetName, {
    ...{ name: 'engagement', enabled: true, matchingEventTypes: ['OPEN', 'CLICK'], topicArn: TOPIC },
  });
});
afterEach(() => local.close());

const send = async (change: Partial<SendEmailCommandInput> = {}) => {
  const Content = {
    Simple: {
      Subject: { Data: 'x' },
      Body: { Html: { Data: html, Charset: 'UTF-8' }, Text: { Data: link, Charset: 'UTF-8' } },
    },
  };
  const command = new SendEmailCommand(
    email({ ConfigurationSetName, ...recipients('taro@example.com'), Content, ...change }),
  );
  const { MessageId = '' } = await local.client.send(command);
  await local.advance(5_000);
  const content = local.ses.store.get(MessageId)?.mail?.content;
  return { messageId: MessageId, html: content?.kind === 'simple' ? (content.html ?? '') : '', content };
};
const get = async (url: string) =>
  await fetch(url.replace('http://127.0.0.1', local.url), {
    redirect: 'manual',
    headers: { 'user-agent': 'test' },
  });
const last = () => local.events.at(-1);

it('leads links through itself and to where they led, exactly, and says who followed which', async () => {
  const mail = await send();
  const [, tracked = ''] = /<a class="x" href="([^"]+)"/.exec(mail.html) ?? [];
  expect(tracked).toMatch(/^http:\/\/127\.0\.0\.1\/track\/L0\//);
  const answer = await get(tracked);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, link]);
  await local.advance(0);
  expect(last()).toMatchObject({
    eventType: 'Click',
    mail: { messageId: mail.messageId, destination: ['taro@example.com'] },
    click: {
      link,
      linkTags: null,
      userAgent: 'test',
      ipAddress: expect.any(String),
      timestamp: expect.any(String),
    },
  });
  expect(parseFeedback(JSON.stringify(last()))).toEqual([
    expect.objectContaining({ kind: 'click', linkId: expect.stringMatching(/^[0-9a-f]{8}$/) }),
  ]);
});

it('leaves alone what is not to be tracked, mail links, and the text', async () => {
  const mail = await send();
  expect(mail.html).toContain('<a href="https://example.com/u">out</a><a href="mailto:a@example.com">us</a>');
  expect(mail.content).toMatchObject({ text: link });
});

it('notices who shows the pictures', async () => {
  const mail = await send();
  const [, pixel = ''] = /<img alt="" src="([^"]+)"[^>]*><\/body>/.exec(mail.html) ?? [];
  const answer = await get(pixel);
  expect(answer.headers.get('content-type')).toBe('image/gif');
  await local.advance(0);
  expect(last()).toMatchObject({ eventType: 'Open', open: { userAgent: 'test' } });
});

it.each<[string, Partial<SendEmailCommandInput>]>([
  ['has no configuration set', { ConfigurationSetName: undefined }],
  [
    'says so itself',
    {
      ConfigurationOverrides: {
        Tracking: { OpenTrackingEnabled: 'DISABLED', ClickTrackingEnabled: 'DISABLED' },
      },
    },
  ],
])('changes nothing of a mail that %s, but takes its own attribute away', async (_, change) => {
  const mail = await send(change);
  expect(mail.html).toBe(html.replace(' ses:no-track', ''));
  const { length } = local.events;
  expect(local.ses.engage(mail.messageId, { type: 'open' })).toBe(false);
  await local.advance(0);
  expect(local.events).toHaveLength(length);
});

it('leads nobody anywhere for a mail that it does not know', async () => {
  const answer = await get(`${trackingUrl}/L0/${encodeURIComponent('https://example.com')}/1/nothing`);
  expect(answer.status).not.toBe(302);
});
