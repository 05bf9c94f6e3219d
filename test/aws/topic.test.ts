import { readTopic } from '../../aws/topic.ts';
import { answering, type BrokenServer, startBrokenAws } from './broken-server.ts';

const topicArn = 'arn:aws:sns:ap-northeast-1:123456789012:feedback';
let server: BrokenServer;

beforeAll(async () => {
  server = await startBrokenAws();
});

afterAll(() => server.close());

const xml = (action: string, result: string) =>
  answering(200, `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`, {
    'content-type': 'text/xml',
  });
const entries = (attributes: Readonly<Record<string, string>>) =>
  `<Attributes>${Object.entries(attributes)
    .map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`)
    .join('')}</Attributes>`;
const listed = (...members: string[]) => `<Subscriptions>${members.join('')}</Subscriptions>`;
const member = (arn: string, endpoint: string) =>
  `<member><SubscriptionArn>${arn}</SubscriptionArn><Endpoint>${endpoint}</Endpoint></member>`;

it('reads all pages of subscriptions, with the filters of those that are confirmed', async () => {
  server.answer(
    xml('GetTopicAttributes', entries({ Policy: 'p' })),
    xml('ListSubscriptionsByTopic', `${listed(member(`${topicArn}:1`, 'q1'))}<NextToken>2</NextToken>`),
    xml('GetSubscriptionAttributes', entries({ FilterPolicy: 'f' })),
    xml('ListSubscriptionsByTopic', listed(member('PendingConfirmation', 'q2'))),
  );
  expect(await readTopic(topicArn)).toEqual({
    known: true,
    value: {
      policy: 'p',
      subscriptions: [
        { arn: `${topicArn}:1`, endpoint: 'q1', filterPolicy: 'f' },
        { arn: 'PendingConfirmation', endpoint: 'q2' },
      ],
    },
  });
});

it('does not know what it may not read, and says which calls it needs', async () => {
  const refusal =
    '<Error><Code>AuthorizationError</Code><Message>no sns:GetTopicAttributes</Message></Error>';
  server.answer(answering(403, `<ErrorResponse>${refusal}</ErrorResponse>`, { 'content-type': 'text/xml' }));
  expect(await readTopic(topicArn)).toMatchObject({
    known: false,
    why: { en: expect.stringMatching(/^SNS did not answer GetTopicAttributes.*no sns:GetTopicAttributes$/) },
  });
});
