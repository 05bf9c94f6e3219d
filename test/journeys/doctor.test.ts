import { known } from '../../domain/doctor/fact.ts';
import { policyForSes } from '../../domain/doctor/resource-policy.ts';
import { serveZone } from '../cli/doctor/zone-server.ts';
import { type RunningTodoke, startTodoke } from '../cli/running-todoke.ts';
import { publicKeys, resolverOf } from '../domain/doctor/healthy.ts';

let running: RunningTodoke;

beforeAll(async () => {
  running = await startTodoke();
});

afterAll(() => running.close());

interface Seen {
  readonly checks: readonly { readonly number: number; readonly status: string }[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly evidence: readonly string[];
  }[];
}

const codes = ({ findings }: Seen) => findings.map(({ code }) => code);
const statusOf = ({ checks }: Seen, wanted: number) => checks.find(({ number }) => number === wanted)?.status;

/** The table behind the suppressions, as far as a probe leaves anything there. */
async function suppressed(): Promise<unknown[]> {
  return (await running.todoke(['suppression', 'list', '--json'])).json() as unknown[];
}

it('proves the way back of bounces, complaints and deliveries, and the unsubscribe link, and leaves nothing behind', async () => {
  const ran = await running.todoke(['doctor', '--probe', '--probe-timeout', '20', '--json']);
  const seen = ran.json() as Seen;
  expect(codes(seen).filter((code) => /^(?:probe|unsubscribe|event|configuration)/.test(code))).toEqual([]);
  expect([12, 20].map((number) => statusOf(seen, number))).toEqual(['passed', 'passed']);
  // The DNS of a domain that only exists here is not asked.
  expect([5, 6, 7, 8].map((number) => statusOf(seen, number))).toEqual(
    Array.from({ length: 4 }, () => 'undecided'),
  );
  expect(await suppressed()).toEqual([]);
});

it('says where the way back is broken', async () => {
  const name = running.pipeline.outputs.ConfigurationSetName ?? '';
  await putDestination(name, false);
  const broken = (
    await running.todoke(['doctor', '--probe', '--probe-timeout', '6', '--json'])
  ).json() as Seen;
  expect(codes(broken)).toEqual(
    expect.arrayContaining(['event-destination-off', 'probe-bounce', 'probe-complaint', 'probe-success']),
  );
  expect(broken.findings.find(({ code }) => code === 'probe-bounce')?.evidence).toEqual([
    'bounce: event, accepted',
  ]);

  await putDestination(name, true);
  const mended = (await running.todoke(['doctor', '--json'])).json() as Seen;
  expect(codes(mended)).not.toContain('event-destination-off');

  const QueueUrl = running.pipeline.outputs.FeedbackQueueUrl ?? '';
  const { messaging } = running.pipeline;
  const { Attributes } = await messaging.call('sqs', 'GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['Policy'],
  });
  const closed = { Policy: '{"Version":"2012-10-17","Statement":[]}' };
  await messaging.call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: closed });
  const shut = (await running.todoke(['doctor', '--json'])).json() as Seen;
  expect(codes(shut)).toContain('feedback-queue-closed');
  await messaging.call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes });
  const { outputs } = running.pipeline;
  const topic = { TopicArn: outputs.FeedbackTopicArn ?? '', AttributeName: 'Policy' };
  const sets = Object.entries(outputs).flatMap(([output, set]) =>
    output.endsWith('ConfigurationSetName') ? [set] : [],
  );
  await messaging.call('sns', 'SetTopicAttributes', { ...topic, AttributeValue: closed.Policy });
  expect(codes((await running.todoke(['doctor', '--json'])).json() as Seen)).toContain(
    'feedback-topic-closed',
  );
  const AttributeValue = policyForSes(undefined, topic.TopicArn, sets);
  await messaging.call('sns', 'SetTopicAttributes', { ...topic, AttributeValue });
  const open = (await running.todoke(['doctor', '--json'])).json() as Seen;
  expect(codes(open).filter((code) => code.startsWith('feedback-'))).toEqual([]);
});

it('agrees with a zone that is written for the identity, and sees each change in SES', async () => {
  const { pipeline, todoke } = running;
  const zone: Record<string, string[]> = {
    'SOA example.com': ['ns1.example.com hostmaster.example.com 1 7200 900 1209600 300'],
    'MX example.com': ['10 mx.example.com'],
    'A mx.example.com': ['192.0.2.25'],
    'TXT example.com': ['v=spf1 include:amazonses.com -all'],
    'TXT _dmarc.example.com': ['v=DMARC1; p=none; rua=mailto:dmarc@example.com'],
    'MX bounce.example.com': [`10 feedback-smtp.${pipeline.place.region}.amazonses.com`],
    'TXT bounce.example.com': ['v=spf1 include:amazonses.com ~all'],
  };
  for (const token of ['token1', 'token2', 'token3']) {
    zone[`CNAME ${token}._domainkey.example.com`] = [`${token}.dkim.amazonses.com`];
    zone[`TXT ${token}.dkim.amazonses.com`] = [`p=${publicKeys[2048]}`];
  }
  const server = await serveZone(resolverOf({ zone, servfail: [] }));
  const serious = async () =>
    ((await todoke(['doctor', '--dns-server', server.address, '--json'])).json() as Seen).findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ code }) => code);
  /** The switch that anybody can use, over HTTP. */
  const inSes = async (change: object) => {
    const answer = await fetch(`${pipeline.endpoint}/inbox/faults`, {
      method: 'PUT',
      body: JSON.stringify(change),
    });
    expect(answer.status).toBe(200);
  };
  try {
    const mailFrom = {
      mailFromDomain: 'bounce.example.com',
      mailFromStatus: 'SUCCESS',
      behaviorOnMxFailure: 'REJECT_MESSAGE',
    };
    await inSes({ identities: { 'example.com': mailFrom } });
    expect(await serious()).toEqual([]);

    await inSes({ identities: { 'example.com': { dkimStatus: 'FAILED' } } });
    expect(await serious()).toEqual(['dkim-status', 'dmarc-dkim-leg']);
    await inSes({ identities: { 'example.com': { dkimStatus: 'SUCCESS', mailFromDomain: '' } } });
    expect(await serious()).toEqual(['dmarc-spf-leg', 'mail-from-missing']);
    await inSes({ identities: { 'example.com': mailFrom }, account: { enforcementStatus: 'PROBATION' } });
    expect(await serious()).toEqual(['account-probation']);
    await inSes({ account: { enforcementStatus: 'HEALTHY', productionAccess: false } });
    expect(await serious()).toEqual(['sandbox']);
    await inSes({ account: { productionAccess: true, suppressedReasons: [] } });
    expect(await serious()).toEqual(['account-suppression-off']);
    await inSes({ account: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] } });
    delete zone['TXT _dmarc.example.com'];
    expect(await serious()).toEqual(['dmarc-missing']);
  } finally {
    await server.close();
  }
});

it('looks at the mails of a template and at an audience', async () => {
  const audience = running.file(
    'list.csv',
    'address\ninfo@example.com\nnobody\ntaro@gmial.com\nhanako@gmail.com\n',
  );
  const ran = await running.todoke([
    'doctor',
    '--template',
    'product-announcement',
    '--audience',
    audience,
    '--json',
  ]);
  const seen = ran.json() as Seen;
  expect(codes(seen)).toContain('audience-risky');
  expect(codes(seen)).not.toContain('audience-suppressed');
  expect([13, 14, 15].map((number) => statusOf(seen, number))).toEqual(['passed', 'passed', 'passed']);
});

it('asks for the rates of the whole account: of CloudWatch, and of SES where it keeps them', async () => {
  const { pipeline, todoke } = running;
  const evidence = async () =>
    ((await todoke(['doctor', '--json'])).json() as Seen).findings.find(({ code }) => code === 'rate-bounced')
      ?.evidence;
  const send = (address: string) =>
    callSes('POST', '/v2/email/outbound-emails', {
      FromEmailAddress: 'shop@example.com',
      Destination: { ToAddresses: [address] },
      Content: { Simple: { Subject: { Data: 'x' }, Body: { Text: { Data: 'x' } } } },
    });
  await send('bounce@simulator.amazonses.com');
  await pipeline.idle(30_000);
  expect(await evidence()).toBeUndefined();
  pipeline.ses.setRecipients('gone.example.com', 'bounce');
  for (let i = 0; i < 110; i++) {
    await send(`nobody${i}@gone.example.com`);
  }
  await pipeline.idle(30_000);
  // Those were no campaign.
  expect(await evidence()).toEqual(['CloudWatch AWS/SES Reputation.BounceRate: 100 %']);
  pipeline.ses.account.update({ vdmEnabled: true });
  expect(await evidence()).toEqual([
    'CloudWatch AWS/SES Reputation.BounceRate: 100 %',
    expect.stringMatching(/^Virtual Deliverability Manager, 30 days: 1\d\d of 1\d\d /),
  ]);
  pipeline.ses.account.update({ vdmEnabled: false });
}, 60_000);

it('sees that much of an audience is suppressed already', async () => {
  const people = Array.from({ length: 40 }, (_, i) => `reader${i}@example.com`);
  const stopped = running.file('stopped.csv', ['address', ...people.slice(0, 3)].join('\n'));
  await running.todoke(['suppression', 'import', stopped]);
  const audience = running.file('readers.csv', ['address', ...people].join('\n'));
  const { findings } = (await running.todoke(['doctor', '--audience', audience, '--json'])).json() as Seen;
  expect(findings.find(({ code }) => code === 'audience-suppressed')).toMatchObject({
    ...{ severity: 'warn', evidence: ['asked: 40, suppressed: 3'] },
  });
});

it('sees that much of an audience was in no campaign so far', async () => {
  const { file, todoke } = running;
  const listOf = (name: string, people: readonly string[]) =>
    file(`${name}.csv`, ['address', ...people.map((person) => `${person}@example.com`)].join('\n'));
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);
  const regulars = numbered('regular', 30);
  const mail = [
    '--template',
    'product-announcement',
    '--data',
    file('coupon.json', '{"couponCode":"HAJIME"}'),
  ];
  const args = ['--name', 'first', '--audience', listOf('regulars', regulars), ...mail, '--no-canary'];
  expect(await todoke(['campaign', 'start', ...args, '--yes', '--wait'])).toMatchObject({ code: 0 });
  const strangersIn = async (audience: string) => {
    const ran = await todoke(['doctor', '--audience', audience, '--json']);
    return (ran.json() as Seen).findings.find(({ code }) => code === 'audience-never-mailed')?.evidence;
  };
  expect(await strangersIn(listOf('grown', [...regulars, ...numbered('new', 5)]))).toBeUndefined();
  expect(await strangersIn(listOf('bought', [...regulars, ...numbered('new', 20)]))).toEqual([
    'of 50 drawn, 20 were in none of the latest campaigns (1)',
  ]);
});

describe('before a campaign', () => {
  const resolve = known(async () => ({ status: 'nodata' as const }));
  const said: string[] = [];
  const terminal = { err: (text: string) => said.push(text) };

  async function planned() {
    const audience = running.file('planned.csv', 'address\nhanako@example.com\n');
    await running.todoke(
      [
        'campaign',
        'create',
        '--template',
        'product-announcement',
        '--name',
        'planned',
        '--audience',
        audience,
        '--variant',
        'B=subject=Another',
      ].concat('--data', running.file('planned.json', '{"couponCode":"ASAGIRI10"}')),
    );
    const { campaignsTable } = await import('../../aws/campaigns.ts');
    const campaign = await campaignsTable(running.pipeline.outputs.CampaignsTableName ?? '').get('planned');
    if (campaign === undefined) throw new Error('no draft');
    const { readStackOutputs } = await import('../../aws/stack.ts');
    return { campaign, outputs: await readStackOutputs(running.pipeline.stackName) };
  }

  it('stops a deployed one that would not arrive, with the codes, and says how to go on', async () => {
    const { doctorBeforeCampaign } = await import('../../cli/doctor/before-campaign.ts');
    const { campaign, outputs } = await planned();
    const deployed = { outputs, localEndpoint: undefined };
    await expect(doctorBeforeCampaign(deployed, campaign, terminal, resolve)).rejects.toThrow(
      /^not started: .*dmarc-missing.*todoke campaign start planned.*--ignore-doctor/,
    );
    expect(said.join('\n')).toContain('There is no DMARC record for example.com.');
  });

  it('looks at the mails of all variants', async () => {
    const { campaignInHand } = await import('../../cli/doctor/campaign-in-hand.ts');
    const { campaign, outputs } = await planned();
    const { template, variants } = await campaignInHand({ outputs, localEndpoint: undefined }, campaign);
    expect(template?.hash).toBe(campaign.templateHash);
    expect(variants?.map(({ locales }) => locales.en?.subject)).toEqual([['Another']]);
  });

  it('stops nothing on this machine, and says that it does not look at the DNS', async () => {
    const { doctorBeforeCampaign } = await import('../../cli/doctor/before-campaign.ts');
    const { campaign, outputs } = await planned();
    said.length = 0;
    running.pipeline.ses.account.update({ max24HourSend: 1 });
    await doctorBeforeCampaign({ outputs, localEndpoint: running.pipeline.endpoint }, campaign, terminal);
    expect(said.join('\n')).toMatch(/the DNS is not looked at[\s\S]*quota-too-small/);
  });
});

/** Not the SDK: its client would take the settings of the test before this one. */
async function callSes(method: string, path: string, body?: object): Promise<string> {
  const answer = await running.pipeline.ses.handle(
    {
      ...{ method, path, query: new URLSearchParams(), headers: {} },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    },
    { accessKeyId: 'local', arn: 'arn:aws:iam::123456789012:user/operator' },
  );
  expect(answer.status).toBe(200);
  return String(answer.body);
}

async function putDestination(ConfigurationSetName: string, Enabled: boolean): Promise<void> {
  const path = `/v2/email/configuration-sets/${ConfigurationSetName}/event-destinations`;
  const [destination] = JSON.parse(await callSes('GET', path)).EventDestinations;
  await callSes('PUT', `${path}/${destination.Name}`, { EventDestination: { ...destination, Enabled } });
}
