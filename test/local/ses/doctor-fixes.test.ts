import * as sesv2 from '@aws-sdk/client-sesv2';
import { examine } from '../../../domain/doctor/examine.ts';
import type { SesCall } from '../../../domain/doctor/finding.ts';
import { factsOf, healthy } from '../../domain/doctor/healthy.ts';
import { misconfigurations } from '../../domain/doctor/misconfigurations.ts';
import { type LocalSes, startLocalSes, TOPIC } from './local-ses.ts';

let local: LocalSes;

beforeEach(async () => {
  local = await startLocalSes();
  local.ses.createIdentity('mail.example.com', { verified: true });
  for (const name of ['notifications', 'campaigns', 'tracked-campaigns']) {
    local.ses.createConfigurationSet(name);
    local.ses.addEventDestination(name, {
      name: 'feedback',
      enabled: false,
      matchingEventTypes: ['SEND'],
      topicArn: TOPIC,
    });
  }
});

afterEach(() => local.close());

/** Makes a call as the SDK has it; the names of fixes are those of the API. */
async function call({ operation, input }: Pick<SesCall, 'operation' | 'input'>): Promise<unknown> {
  const command = Reflect.get(sesv2, `${operation}Command`);
  return await local.client.send(new command(input));
}

/** Every call that some fix names, once each. */
async function callsOfFixes(): Promise<[string, SesCall][]> {
  const calls = new Map<string, SesCall>();
  for (const { code, seed } of misconfigurations) {
    const world = healthy();
    seed(world);
    const { findings } = await examine(factsOf(world));
    for (const { fix } of findings.filter((finding) => finding.code === code)) {
      for (const change of fix.changes) {
        if (change.kind === 'ses') calls.set(change.operation, change);
      }
    }
  }
  return [...calls];
}

it('takes every call that a fix of the doctor names', async () => {
  const calls = await callsOfFixes();
  expect(calls.length).toBeGreaterThanOrEqual(12);
  for (const [operation, fix] of calls) {
    // What the set-up of this test has already, a fix makes anew elsewhere.
    const name = { CreateEmailIdentity: 'EmailIdentity', CreateConfigurationSet: 'ConfigurationSetName' }[
      operation
    ];
    const input =
      name === undefined
        ? fix.input
        : { ...fix.input, [name]: name === 'EmailIdentity' ? 'new.example.com' : 'new' };
    await expect(call({ operation, input })).resolves.toBeDefined();
  }
});

it.each([
  {
    operation: 'PutAccountPricingAttributes',
    input: { Plan: 'NONE' },
    shows: { get: 'GetAccount', at: {}, as: { PricingAttributes: { CurrentPlan: 'NONE' } } },
  },
  {
    operation: 'PutEmailIdentityDkimAttributes',
    input: { EmailIdentity: 'mail.example.com', SigningEnabled: false },
    shows: {
      get: 'GetEmailIdentity',
      at: { EmailIdentity: 'mail.example.com' },
      as: { DkimAttributes: { SigningEnabled: false, Tokens: ['token1', 'token2', 'token3'] } },
    },
  },
  {
    operation: 'PutEmailIdentityMailFromAttributes',
    input: { EmailIdentity: 'mail.example.com', MailFromDomain: 'bounce.mail.example.com' },
    shows: {
      get: 'GetEmailIdentity',
      at: { EmailIdentity: 'mail.example.com' },
      // As long as nobody looked at the DNS.
      as: {
        MailFromAttributes: { MailFromDomain: 'bounce.mail.example.com', MailFromDomainStatus: 'PENDING' },
      },
    },
  },
  {
    operation: 'PutEmailIdentityDkimSigningAttributes',
    input: {
      EmailIdentity: 'mail.example.com',
      SigningAttributesOrigin: 'EXTERNAL',
      SigningAttributes: { DomainSigningSelector: 'own', DomainSigningPrivateKey: 'c2VjcmV0' },
    },
    shows: {
      get: 'GetEmailIdentity',
      at: { EmailIdentity: 'mail.example.com' },
      as: { DkimAttributes: { SigningAttributesOrigin: 'EXTERNAL', Tokens: ['own'] } },
    },
  },
  {
    operation: 'PutConfigurationSetDeliveryOptions',
    input: { ConfigurationSetName: 'campaigns', TlsPolicy: 'REQUIRE' },
    shows: {
      get: 'GetConfigurationSet',
      at: { ConfigurationSetName: 'campaigns' },
      as: { DeliveryOptions: { TlsPolicy: 'REQUIRE' } },
    },
  },
  {
    operation: 'PutConfigurationSetTrackingOptions',
    input: {
      ConfigurationSetName: 'campaigns',
      CustomRedirectDomain: 'links.example.com',
      HttpsPolicy: 'REQUIRE',
    },
    shows: {
      get: 'GetConfigurationSet',
      at: { ConfigurationSetName: 'campaigns' },
      as: { TrackingOptions: { CustomRedirectDomain: 'links.example.com', HttpsPolicy: 'REQUIRE' } },
    },
  },
  {
    operation: 'DeleteConfigurationSetEventDestination',
    input: { ConfigurationSetName: 'campaigns', EventDestinationName: 'feedback' },
    shows: {
      get: 'GetConfigurationSetEventDestinations',
      at: { ConfigurationSetName: 'campaigns' },
      as: { EventDestinations: [] },
    },
  },
])('shows what $operation did', async ({ operation, input, shows }) => {
  await call({ operation, input });
  expect(await call({ operation: shows.get, input: shows.at })).toMatchObject(shows.as);
});

it.each([
  { operation: 'UpdateConfigurationSetEventDestination' },
  { operation: 'DeleteConfigurationSetEventDestination' },
])('refuses $operation of a destination that does not exist', async ({ operation }) => {
  const input = {
    ConfigurationSetName: 'campaigns',
    EventDestinationName: 'gone',
    EventDestination: { MatchingEventTypes: ['SEND'], SnsDestination: { TopicArn: TOPIC } },
  };
  await expect(call({ operation, input })).rejects.toThrow('Event destination <gone> does not exist.');
});
