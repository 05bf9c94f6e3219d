import {
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  ListConfigurationSetsCommand,
  ListEmailIdentitiesCommand,
  ListEmailTemplatesCommand,
  ListSuppressedDestinationsCommand,
  type ListSuppressedDestinationsCommandInput,
  PutAccountSendingAttributesCommand,
  PutAccountSuppressionAttributesCommand,
  PutConfigurationSetSendingOptionsCommand,
  PutSuppressedDestinationCommand,
  SendBulkEmailCommand,
} from '@aws-sdk/client-sesv2';
import { EPOCH_MS, type LocalSes, startLocalSes, TOPIC } from './local-ses.ts';

let local: LocalSes;
beforeEach(async () => {
  local = await startLocalSes();
});
afterEach(() => local.close());

const refusal = (name: string, message: unknown = expect.any(String)) =>
  expect.objectContaining({ name, message });

describe('the account', () => {
  it('tells its quota, plan and state', async () => {
    expect(await local.client.send(new GetAccountCommand())).toMatchObject({
      EnforcementStatus: 'HEALTHY',
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      PricingAttributes: { CurrentPlan: 'ESSENTIALS' },
    });
  });

  it('is paused, and its suppression reasons are changed', async () => {
    await local.client.send(new PutAccountSendingAttributesCommand({ SendingEnabled: false }));
    await local.client.send(new PutAccountSuppressionAttributesCommand({ SuppressedReasons: ['COMPLAINT'] }));
    expect(await local.client.send(new GetAccountCommand())).toMatchObject({
      SendingEnabled: false,
      SuppressionAttributes: { SuppressedReasons: ['COMPLAINT'] },
    });
  });
});

describe('the suppression list', () => {
  const put = (EmailAddress: string, Reason: 'BOUNCE' | 'COMPLAINT') =>
    local.client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason }));
  const list = async (input: ListSuppressedDestinationsCommandInput) => {
    const page = await local.client.send(new ListSuppressedDestinationsCommand(input));
    return {
      addresses: page.SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress),
      next: page.NextToken,
    };
  };

  it('holds an address with its reason and time, whatever its case, until it is deleted', async () => {
    await put('Hanako@example.com', 'BOUNCE');
    const EmailAddress = 'hanako@EXAMPLE.com';
    const { SuppressedDestination } = await local.client.send(
      new GetSuppressedDestinationCommand({ EmailAddress }),
    );
    expect(SuppressedDestination).toEqual({
      EmailAddress: 'Hanako@example.com',
      Reason: 'BOUNCE',
      LastUpdateTime: new Date(EPOCH_MS),
    });
    await local.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress }));
    await expect(local.client.send(new GetSuppressedDestinationCommand({ EmailAddress }))).rejects.toEqual(
      refusal(
        'NotFoundException',
        'Email address hanako@EXAMPLE.com does not exist on your suppression list.',
      ),
    );
    await expect(local.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress }))).rejects.toEqual(
      refusal('NotFoundException'),
    );
  });

  it('is listed by pages, reasons and dates', async () => {
    await put('a@example.com', 'BOUNCE');
    await local.advance(60_000);
    await put('b@example.com', 'COMPLAINT');
    await local.advance(60_000);
    await put('c@example.com', 'BOUNCE');
    const first = await list({ PageSize: 2 });
    expect(first.addresses).toEqual(['a@example.com', 'b@example.com']);
    expect(await list({ PageSize: 2, ...(first.next && { NextToken: first.next }) })).toEqual({
      addresses: ['c@example.com'],
      next: undefined,
    });
    expect((await list({ Reasons: ['COMPLAINT'] })).addresses).toEqual(['b@example.com']);
    const StartDate = new Date(EPOCH_MS + 60_000);
    const EndDate = new Date(EPOCH_MS + 120_000);
    expect((await list({ StartDate, EndDate })).addresses).toEqual(['b@example.com']);
    await expect(list({ NextToken: 'forged' })).rejects.toEqual(refusal('InvalidNextTokenException'));
  });

  it('refuses what is no address', async () => {
    await expect(put('hanako', 'BOUNCE')).rejects.toEqual(
      refusal('BadRequestException', "Missing final '@domain'"),
    );
  });
});

describe('identities', () => {
  it('begin unverified, and are listed, described and deleted', async () => {
    const created = await local.client.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.org' }));
    expect(created).toMatchObject({ IdentityType: 'DOMAIN', VerifiedForSendingStatus: false });
    const { EmailIdentities } = await local.client.send(new ListEmailIdentitiesCommand());
    expect(EmailIdentities).toEqual([
      {
        IdentityName: 'example.com',
        IdentityType: 'DOMAIN',
        SendingEnabled: true,
        VerificationStatus: 'SUCCESS',
      },
      {
        IdentityName: 'example.org',
        IdentityType: 'DOMAIN',
        SendingEnabled: false,
        VerificationStatus: 'PENDING',
      },
    ]);
    const EmailIdentity = 'example.com';
    expect(await local.client.send(new GetEmailIdentityCommand({ EmailIdentity }))).toMatchObject({
      VerifiedForSendingStatus: true,
      DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS' },
    });
    await local.client.send(new DeleteEmailIdentityCommand({ EmailIdentity }));
    await expect(local.client.send(new GetEmailIdentityCommand({ EmailIdentity }))).rejects.toEqual(
      refusal('NotFoundException', 'Email identity example.com does not exist.'),
    );
    await expect(
      local.client.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.org' })),
    ).rejects.toEqual(refusal('AlreadyExistsException'));
  });
});

describe('configuration sets', () => {
  const ConfigurationSetName = 'todoke';

  it('are created, listed, paused and given event destinations', async () => {
    await local.client.send(new CreateConfigurationSetCommand({ ConfigurationSetName }));
    expect((await local.client.send(new ListConfigurationSetsCommand())).ConfigurationSets).toEqual([
      'todoke',
    ]);
    await local.client.send(
      new PutConfigurationSetSendingOptionsCommand({ ConfigurationSetName, SendingEnabled: false }),
    );
    expect(await local.client.send(new GetConfigurationSetCommand({ ConfigurationSetName }))).toMatchObject({
      ConfigurationSetName,
      SendingOptions: { SendingEnabled: false },
    });
    const destination = {
      Enabled: true,
      MatchingEventTypes: ['SEND' as const, 'BOUNCE' as const],
      SnsDestination: { TopicArn: TOPIC },
    };
    await local.client.send(
      new CreateConfigurationSetEventDestinationCommand({
        ConfigurationSetName,
        EventDestinationName: 'feedback',
        EventDestination: destination,
      }),
    );
    const { EventDestinations } = await local.client.send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }),
    );
    expect(EventDestinations).toEqual([{ Name: 'feedback', ...destination }]);
  });

  it('are refused when the name is taken or has other characters', async () => {
    const create = (name: string) =>
      local.client.send(new CreateConfigurationSetCommand({ ConfigurationSetName: name }));
    await create('todoke');
    await expect(create('todoke')).rejects.toEqual(refusal('AlreadyExistsException'));
    await expect(create('to doke')).rejects.toEqual(refusal('BadRequestException'));
    await expect(
      local.client.send(new GetConfigurationSetCommand({ ConfigurationSetName: 'gone' })),
    ).rejects.toEqual(refusal('NotFoundException', 'Configuration set <gone> does not exist.'));
  });

  it('take no destination other than SNS, and at most ten', async () => {
    await local.client.send(new CreateConfigurationSetCommand({ ConfigurationSetName }));
    await expect(
      local.client.send(
        new CreateConfigurationSetEventDestinationCommand({
          ConfigurationSetName,
          EventDestinationName: 'bus',
          EventDestination: { MatchingEventTypes: ['SEND'], EventBridgeDestination: { EventBusArn: 'arn' } },
        }),
      ),
    ).rejects.toEqual(refusal('BadRequestException', 'The local SES supports only SnsDestination.'));
    const add = (name: string) => () =>
      local.ses.addEventDestination(ConfigurationSetName, {
        name,
        enabled: true,
        matchingEventTypes: ['SEND'],
        topicArn: TOPIC,
      });
    for (let i = 0; i < 10; i++) add(`d${i}`)();
    expect(add('d0')).toThrow('already exists');
    expect(add('d10')).toThrow('10 event destinations');
  });
});

describe('anything else', () => {
  it.each([
    { call: () => local.client.send(new ListEmailTemplatesCommand()), names: 'GET /v2/email/templates' },
    {
      call: () => local.client.send(new SendBulkEmailCommand({ DefaultContent: {}, BulkEmailEntries: [] })),
      names: 'POST /v2/email/outbound-bulk-emails',
    },
  ])('is refused, naming $names', async ({ call, names }) => {
    await expect(call()).rejects.toEqual(
      refusal('UnknownOperationException', `${names} is not supported by the local SES.`),
    );
  });

  it('that is not JSON is refused as AWS does', async () => {
    const answer = await fetch(`${local.url}/v2/email/outbound-emails`, { method: 'POST', body: '{' });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('SerializationException');
    expect(await answer.json()).toEqual({ message: 'The body is not valid JSON.' });
  });
});
