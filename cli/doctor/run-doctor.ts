import { readFileSync } from 'node:fs';
import { readSesAnswers } from '../../aws/account-facts.ts';
import { asked } from '../../aws/asked-fact.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { queue } from '../../aws/queue.ts';
import { readReputation } from '../../aws/reputation.ts';
import { readTopic } from '../../aws/topic.ts';
import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import { type AudienceReading, readAudience } from '../../domain/doctor/audience.ts';
import type { Resolve } from '../../domain/doctor/dns.ts';
import { type Diagnosis, examine } from '../../domain/doctor/examine.ts';
import { type Fact, known, unknown } from '../../domain/doctor/fact.ts';
import type { AudienceFacts, Facts, MailSample, Streams } from '../../domain/doctor/facts.ts';
import { historyOf } from '../../domain/doctor/history.ts';
import { mailSamples } from '../../domain/doctor/mail-samples.ts';
import { upToOrganization } from '../../domain/doctor/organizational-domain.ts';
import type { SesAnswers } from '../../domain/doctor/ses-answers.ts';
import type { Text } from '../../domain/doctor/text.ts';
import { InputError } from '../../domain/errors.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { type Connection, localPipeline } from '../connection.ts';
import type { Answers } from './answers.ts';
import { audienceFacts } from './audience-facts.ts';
import { probeFeedback } from './feedback-probe.ts';
import { probeUnsubscribe } from './unsubscribe-probe.ts';

export interface DoctorRun {
  /** Without one there is only what `answers` say. */
  readonly connection: Connection | undefined;
  /** Domain of the From header. */
  readonly domain: string;
  readonly resolve: Fact<Resolve>;
  /** In place of what would be collected. */
  readonly answers?: Answers;
  readonly volume?: number | undefined;
  /** What is going to be sent. */
  readonly template?: CompiledTemplate | undefined;
  /** Other mails that some get in its place. */
  readonly variants?: readonly CompiledTemplate[];
  readonly data?: Readonly<Record<string, unknown>>;
  /** To whom. */
  readonly audience?: AsyncIterable<readonly AudienceRow[]> | undefined;
  /** Its columns that prove consent. */
  readonly consent?: readonly string[] | undefined;
  /** How long to wait for the simulator; without it nothing is sent. */
  readonly probeSeconds?: number | undefined;
  readonly seedMail?: string | undefined;
  /** It counts opens or clicks. */
  readonly tracks?: boolean | undefined;
  /** Zones of blocklists to ask about the domains of sender and links. */
  readonly blocklists?: readonly string[] | undefined;
}

/** Collects the facts and examines them: before each campaign, and after each deployment. */
export async function runDoctor(run: DoctorRun): Promise<Diagnosis> {
  const { connection, answers = {}, domain } = run;
  const reading = await readingOf(run);
  const audience = given(answers.audience) ?? (await audienceFacts(reading, run));
  const facts: Facts = {
    domain,
    resolve: run.resolve,
    ses: await sesAnswers(run),
    streams: given(answers.streams) ?? streamsOf(connection, domain),
    plan: {
      volume: run.volume ?? answers.plan?.volume ?? recipientsOf(audience),
      tracks: run.tracks ?? answers.plan?.tracks,
    },
    mails: given(answers.mails) ?? mailsOf(run, reading?.sample),
    audience,
    history: given(answers.history) ?? (await history(connection)),
    unsubscribe: given(answers.unsubscribe) ?? (await unsubscribe(run)),
    feedback: given(answers.feedback) ?? (await feedback(run)),
    monitoring:
      given(answers.monitoring) ??
      unknown({
        ja: 'Postmaster Tools、SNDS、CFLはAPIで確かめていません。各社の画面で見てください。',
        en: 'Postmaster Tools, SNDS and the feedback loop have to be looked at by hand',
      }),
    seedMail:
      given(run.seedMail ?? answers.seedMail) ??
      unknown({
        ja: '届いたメールがありません（--seed-mail FILE）。',
        en: 'there is no mail as it arrived: --seed-mail FILE',
      }),
    blocklists: run.blocklists,
  };
  return await examine(facts);
}

function given<T>(value: T | undefined): Fact<T> | undefined {
  return value === undefined ? undefined : known(value);
}

const noStack: Text = {
  ja: 'スタックにつながっていません。',
  en: 'no stack was asked',
};

async function sesAnswers({ connection, answers = {}, domain }: DoctorRun): Promise<SesAnswers> {
  const told =
    connection === undefined
      ? undefined
      : await readSesAnswers(upToOrganization(domain), setNamesOf(connection));
  const none = unknown(noStack);
  return {
    reputation: given(answers.reputation) ?? (connection === undefined ? none : await readReputation()),
    region: answers.region ?? told?.region,
    account: given(answers.account) ?? told?.account ?? none,
    identity:
      answers.identity === undefined ? (told?.identity ?? none) : known(answers.identity ?? undefined),
    configurationSets: given(answers.configurationSets) ?? told?.configurationSets ?? none,
    dedicatedIps: given(answers.dedicatedIps) ?? told?.dedicatedIps ?? none,
    rates: given(answers.rates) ?? told?.rates ?? none,
  };
}

function setNamesOf({ outputs }: Connection): string[] {
  return [
    outputs.ConfigurationSetName,
    outputs.CampaignConfigurationSetName,
    outputs.TracedCampaignConfigurationSetName,
    ...engagementSetsOf(outputs),
  ];
}

/** Those of campaigns that count opens and clicks. */
function engagementSetsOf(outputs: Connection['outputs']): string[] {
  return [outputs.EngagementConfigurationSetName, outputs.TracedEngagementConfigurationSetName];
}

function streamsOf(connection: Connection | undefined, domain: string): Fact<Streams> {
  if (connection === undefined) {
    return unknown(noStack);
  }
  const { outputs } = connection;
  return known({
    transactional: { configurationSet: outputs.ConfigurationSetName, domain },
    marketing: {
      configurationSets: [
        outputs.CampaignConfigurationSetName,
        outputs.TracedCampaignConfigurationSetName,
        ...engagementSetsOf(outputs),
      ],
      engagementSets: engagementSetsOf(outputs),
      domain,
    },
    topicArn: outputs.FeedbackTopicArn,
  });
}

/** With the data of a recipient where there is one, else with made-up data. */
function mailsOf(
  { connection, domain, template, variants = [], data }: DoctorRun,
  sample: AudienceReading['sample'],
): Fact<readonly MailSample[]> {
  if (template === undefined) {
    return unknown({
      ja: 'どのメールか分かりません（--template または --campaign）。',
      en: 'no mail was named: --template or --campaign',
    });
  }
  const unsubscribeBaseUrl = connection?.outputs.UnsubscribeBaseUrl ?? 'https://unsubscribe.example.com';
  try {
    const sender = { mailDomain: domain, unsubscribeBaseUrl };
    return known(
      [template, ...variants].flatMap((mail) => mailSamples(mail, sender, { ...data, ...sample })),
    );
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    return unknown({
      ja: `見本のデータではメールを作れません（${error.field}）。--audience で実データを指定してください。`,
      en: `made-up data makes no mail of this template, and no recipient has all of it: ${error.message}`,
    });
  }
}

async function readingOf({
  audience,
  consent,
  template,
  data,
  resolve,
}: DoctorRun): Promise<AudienceReading | undefined> {
  return audience === undefined
    ? undefined
    : await readAudience(audience, {
        template,
        ...(data && { common: data }),
        ...(consent && { consent }),
        nowMs: Date.now(),
        resolve: resolve.known ? resolve.value : undefined,
      });
}

function recipientsOf(audience: Fact<AudienceFacts>): number | undefined {
  return audience.known
    ? audience.value.rows - audience.value.invalid - audience.value.duplicates
    : undefined;
}

async function history(connection: Connection | undefined): Promise<Facts['history']> {
  return connection === undefined
    ? unknown(noStack)
    : await asked('DynamoDB', 'Query', async () =>
        historyOf(await campaignsTable(connection.outputs.CampaignsTableName).list(), Date.now()),
      );
}

async function unsubscribe({ connection, probeSeconds }: DoctorRun): Promise<Facts['unsubscribe']> {
  if (connection === undefined) {
    return unknown(noStack);
  }
  if (probeSeconds === undefined) {
    return unknown({
      ja: '配信停止のURLを試していません（--probe）。',
      en: 'the unsubscribe URL was not tried: --probe',
    });
  }
  return await probeUnsubscribe(connection.outputs, caOf(connection));
}

/** The pipeline on this machine has a certificate of its own. */
function caOf({ localEndpoint }: Connection): string | undefined {
  const { caFile } = localEndpoint === undefined ? {} : localPipeline();
  return caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
}

async function feedback({ connection, probeSeconds }: DoctorRun): Promise<Facts['feedback']> {
  if (connection === undefined) {
    return unknown(noStack);
  }
  const probe =
    probeSeconds === undefined ? undefined : await probeFeedback(connection.outputs, probeSeconds);
  const { FeedbackDeadLetterQueueUrl, FeedbackQueueUrl, FeedbackTopicArn } = connection.outputs;
  const letters = await asked('SQS', 'GetQueueAttributes', () => queue(FeedbackDeadLetterQueueUrl).depth());
  const own = await asked('SQS', 'GetQueueAttributes', () => queue(FeedbackQueueUrl).policy());
  const topic = await readTopic(FeedbackTopicArn);
  return known({
    deadLetters: letters.known ? letters.value.waiting : undefined,
    queue: own.known ? own.value : undefined,
    topic: topic.known ? topic.value : undefined,
    probe,
    unread: [letters, own, topic].find((fact) => !fact.known)?.why,
  });
}
