import { readSesAnswers } from '../../aws/account-facts.ts';
import { readReputation } from '../../aws/reputation.ts';
import { answering, type BrokenServer, startBrokenAws } from './broken-server.ts';

let server: BrokenServer;

beforeAll(async () => {
  server = await startBrokenAws();
});

afterAll(() => server.close());

const refused = (type: string) =>
  answering(type === 'NotFoundException' ? 404 : 403, JSON.stringify({ message: 'no' }), {
    'x-amzn-errortype': type,
  });

it('takes a refusal for a fact that is not known, with the words of SES, and asks on', async () => {
  server.answer(
    refused('AccessDeniedException'),
    answering(200, '{"VerifiedForSendingStatus":true}'),
    answering(200, '{"DedicatedIps":[]}'),
  );
  const { account, identity, dedicatedIps, region } = await readSesAnswers(['example.com'], []);
  expect(account).toEqual({
    known: false,
    why: expect.objectContaining({ en: 'SES did not answer GetAccount: AccessDeniedException: no' }),
  });
  expect(identity).toMatchObject({ known: true, value: { EmailIdentity: 'example.com' } });
  expect(dedicatedIps).toEqual({ known: true, value: [] });
  expect(region).toBe('ap-northeast-1');
});

it('finds the identity of a parent domain, and a configuration set that is gone', async () => {
  server.answer(
    answering(200, '{}'),
    refused('NotFoundException'),
    answering(200, '{"VerifiedForSendingStatus":true}'),
    refused('NotFoundException'),
    answering(200, '{"DedicatedIps":[]}'),
  );
  const { identity, configurationSets } = await readSesAnswers(['mail.example.com', 'example.com'], ['gone']);
  expect(identity).toMatchObject({ value: { EmailIdentity: 'example.com' } });
  expect(configurationSets).toMatchObject({ value: [{ ConfigurationSetName: 'gone', Exists: false }] });
});

it('reads the newest rates of the account from CloudWatch, without any dimension', async () => {
  server.answer(
    answering(
      200,
      JSON.stringify({
        MetricDataResults: [
          { Id: 'complaintRate', StatusCode: 'Complete', Timestamps: [2, 1], Values: [0.0004, 0.0003] },
          { Id: 'bounceRate', StatusCode: 'Complete', Timestamps: [], Values: [] },
        ],
      }),
      { 'content-type': 'application/x-amz-json-1.0' },
    ),
  );
  expect(await readReputation()).toEqual({
    known: true,
    value: { bounceRate: undefined, complaintRate: 0.0004 },
  });
  const { MetricDataQueries, ScanBy } = JSON.parse(server.bodies[0] ?? '');
  expect(ScanBy).toBe('TimestampDescending');
  expect(MetricDataQueries.map(({ MetricStat }: { MetricStat: object }) => MetricStat)).toEqual(
    ['Reputation.BounceRate', 'Reputation.ComplaintRate'].map((MetricName) => ({
      ...{ Metric: { Namespace: 'AWS/SES', MetricName }, Period: 3600, Stat: 'Average' },
    })),
  );
});

it('does not know the rates where CloudWatch may not be asked, and says which right is missing', async () => {
  server.answer(
    answering(
      400,
      JSON.stringify({
        __type: 'com.amazonaws.cloudwatch#AccessDenied',
        message: 'no cloudwatch:GetMetricData',
      }),
      { 'content-type': 'application/x-amz-json-1.0' },
    ),
  );
  const reputation = await readReputation();
  expect(reputation).toMatchObject({
    known: false,
    why: {
      en: expect.stringMatching(/^CloudWatch did not answer GetMetricData: .*no cloudwatch:GetMetricData$/),
    },
  });
});
