import {
  BatchGetMetricDataCommand,
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetDedicatedIpsCommand,
  GetEmailIdentityCommand,
  NotFoundException,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { unknown } from '../domain/doctor/fact.ts';
import type {
  AccountRates,
  ConfigurationSetAnswer,
  IdentityAnswer,
  SesAnswers,
} from '../domain/doctor/ses-answers.ts';
import { asked } from './asked-fact.ts';

/**
 * What SES says of the account, of the identity that covers a domain, and of configuration sets. Reads only. A question that may not
 * be asked is a fact that is not known, with SES's words; it fails nothing else.
 *
 * @param domains - The domain and its parents, longest first: the first that is an identity is the one.
 * @param configurationSets - Those of the stack.
 */
export async function readSesAnswers(
  domains: readonly string[],
  configurationSets: readonly string[],
): Promise<Omit<SesAnswers, 'reputation'>> {
  // SES allows such questions once a second for the whole account: one after the other, and patiently.
  const client = new SESv2Client({ maxAttempts: 8 });
  const account = await asked('SES', 'GetAccount', () => client.send(new GetAccountCommand({})));
  const identity = await asked('SES', 'GetEmailIdentity', () => firstIdentity(client, domains));
  const sets = await asked('SES', 'GetConfigurationSet', async () => {
    const found: ConfigurationSetAnswer[] = [];
    for (const name of configurationSets) {
      found.push(await configurationSet(client, name));
    }
    return found;
  });
  const dedicatedIps = await asked('SES', 'GetDedicatedIps', async () => {
    const { DedicatedIps = [] } = await client.send(new GetDedicatedIpsCommand({}));
    return DedicatedIps;
  });
  const rates =
    !account.known || account.value.VdmAttributes?.VdmEnabled !== 'ENABLED'
      ? unknown({
          ja: 'Virtual Deliverability Managerが無効です。',
          en: 'Virtual Deliverability Manager is off',
        })
      : await asked('SES', 'BatchGetMetricData', () => ratesOf(client));
  const region = await client.config.region();
  return { region, account, identity, configurationSets: sets, dedicatedIps, rates };
}

const rateMetrics = { sent: 'SEND', bounced: 'PERMANENT_BOUNCE', complained: 'COMPLAINT' } as const;

async function ratesOf(client: SESv2Client): Promise<AccountRates> {
  const EndDate = new Date();
  const StartDate = new Date(EndDate.getTime() - 30 * 86_400_000);
  const { Results = [] } = await client.send(
    new BatchGetMetricDataCommand({
      Queries: Object.entries(rateMetrics).map(([Id, Metric]) => ({
        Id,
        Metric,
        StartDate,
        EndDate,
        Namespace: 'VDM',
      })),
    }),
  );
  const sumOf = (wanted: keyof typeof rateMetrics) =>
    Results.flatMap(({ Id, Values = [] }) => (Id === wanted ? Values : [])).reduce((sum, n) => sum + n, 0);
  return { sent: sumOf('sent'), bounced: sumOf('bounced'), complained: sumOf('complained') };
}

async function firstIdentity(
  client: SESv2Client,
  domains: readonly string[],
): Promise<IdentityAnswer | undefined> {
  for (const domain of domains) {
    const answer = await orMissing(client.send(new GetEmailIdentityCommand({ EmailIdentity: domain })));
    if (answer !== undefined) {
      return { EmailIdentity: domain, ...answer };
    }
  }
  return undefined;
}

async function configurationSet(client: SESv2Client, name: string): Promise<ConfigurationSetAnswer> {
  const input = { ConfigurationSetName: name };
  const set = await orMissing(client.send(new GetConfigurationSetCommand(input)));
  if (set === undefined) {
    return { ConfigurationSetName: name, Exists: false };
  }
  const { EventDestinations } = await client.send(new GetConfigurationSetEventDestinationsCommand(input));
  return { ...set, EventDestinations };
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotFoundException) {
      return undefined;
    }
    throw error;
  }
}
