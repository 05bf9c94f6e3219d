import { createReadStream } from 'node:fs';
import { bucket } from '../aws/bucket.ts';
import { campaignsTable } from '../aws/campaigns.ts';
import { templates } from '../aws/templates.ts';
import { audienceFormatOf, rowsOf } from '../domain/audience/audience.ts';
import { campaignNamed } from './campaign/campaign-draft.ts';
import { type Call, type Command, CommandError, pipelineOptions, UsageError } from './command.ts';
import { type Connection, connect } from './connection.ts';
import type { DoctorRun } from './doctor/run-doctor.ts';
import { readInput } from './read-input.ts';

export const doctor: Command = {
  name: 'doctor',
  summary:
    'Finds what would keep mail from arriving: DNS, SES, the mail, the audience. Exits with 3 for warnings and 4 for what blocks a campaign.',
  positionals: [],
  options: {
    domain: { type: 'string', value: 'D', help: 'domain of the From header; without it that of the stack' },
    campaign: {
      type: 'string',
      value: 'NAME',
      help: 'look at the template and the audience of this campaign',
    },
    template: { type: 'string', value: 'T', help: 'look at the mails of this published template' },
    audience: { type: 'string', value: 'FILE', help: 'look at this audience' },
    volume: { type: 'string', value: 'N', help: 'recipients planned; without it those of the audience' },
    'seed-mail': { type: 'string', value: 'FILE', help: 'source of a mail of yours as it arrived somewhere' },
    probe: {
      type: 'boolean',
      help: 'send mail to the simulator of SES and unsubscribe a mailbox of it, to prove the way back',
    },
    'probe-timeout': { type: 'string', value: 'SECONDS', help: 'wait so long for it, 60 by default' },
    'dns-server': { type: 'string', value: 'HOST[:PORT]', help: 'ask this server instead of the usual ones' },
    blocklists: {
      type: 'string',
      value: 'ZONES',
      help: 'ask these lists about the domains of sender and links: dbl.spamhaus.org,multi.surbl.org. They refuse public resolvers',
    },
    answers: {
      type: 'string',
      value: 'FILE',
      help: 'JSON with facts in place of those of SES and the stack, see docs/doctor.md',
    },
    lang: { type: 'string', value: 'LANG', help: 'ja or en; both are in the JSON' },
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const language = languageOf(call.text('lang'));
    // Loaded when needed: the libraries for SPF take longer to start than most other commands to run.
    const { diagnosisAsJson, exitCodeOf, renderDiagnosis } = await import('./doctor/report.ts');
    const { runDoctor } = await import('./doctor/run-doctor.ts');
    const diagnosis = await runDoctor(await runOf(call));
    out(
      call.flag('json') ? JSON.stringify(diagnosisAsJson(diagnosis)) : renderDiagnosis(diagnosis, language),
    );
    return exitCodeOf(diagnosis);
  },
};

async function runOf(call: Call): Promise<DoctorRun> {
  const { readAnswers } = await import('./doctor/answers.ts');
  const { resolveFor } = await import('./doctor/resolve-for.ts');
  const answersFile = call.text('answers');
  const answers = answersFile === undefined ? {} : await readAnswers(answersFile);
  const probe = call.flag('probe');
  const needsStack = ['campaign', 'template', 'stack'].some((name) => call.text(name) !== undefined);
  const connection = answersFile === undefined || probe || needsStack ? await connect(call) : undefined;
  const domain = (call.text('domain') ?? connection?.outputs.MailDomain)?.toLowerCase();
  if (domain === undefined) {
    throw new UsageError('--domain is missing: without a stack nobody knows where mail comes from');
  }
  const seedFile = call.text('seed-mail');
  return {
    connection,
    domain,
    resolve: resolveFor(call.text('dns-server'), connection),
    answers,
    volume: positive(call, 'volume'),
    probeSeconds: probe ? (positive(call, 'probe-timeout') ?? 60) : undefined,
    blocklists: zonesOf(call.text('blocklists')),
    seedMail: seedFile === undefined ? undefined : (await readInput(seedFile)).toString(),
    ...(await mailOf(call, connection)),
  };
}

function zonesOf(list: string | undefined): string[] | undefined {
  const zones = list?.toLowerCase().split(',');
  if (zones?.some((zone) => !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(zone))) {
    throw new UsageError(
      '--blocklists takes zones with commas between them: dbl.spamhaus.org,multi.surbl.org',
    );
  }
  return zones;
}

/** What is going to be sent, and to whom, as far as the command says. */
async function mailOf(
  call: Call,
  connection: Connection | undefined,
): Promise<Pick<DoctorRun, 'template' | 'data' | 'audience'>> {
  const file = call.text('audience');
  const fromFile =
    file === undefined ? {} : { audience: rowsOf(audienceFormatOf(file), createReadStream(file)) };
  const name = call.text('template');
  const campaign = call.text('campaign');
  if (connection === undefined || (name === undefined && campaign === undefined)) {
    return fromFile;
  }
  if (campaign !== undefined) {
    const { campaignInHand } = await import('./doctor/campaign-in-hand.ts');
    const campaigns = campaignsTable(connection.outputs.CampaignsTableName);
    return { ...(await campaignInHand(connection, await campaignNamed(campaigns, campaign))), ...fromFile };
  }
  const template = await templates(bucket(connection.outputs.BucketName), Date.now).find(name ?? '');
  if (template === undefined) {
    throw new CommandError(`template ${name} is not published`);
  }
  return { template, ...fromFile };
}

function positive(call: Call, option: string): number | undefined {
  const text = call.text(option);
  if (text === undefined) {
    return undefined;
  }
  const number = Number(text);
  if (!(number > 0)) {
    throw new UsageError(`--${option} takes a number above 0`);
  }
  return number;
}

function languageOf(option: string | undefined): 'ja' | 'en' {
  if (option !== undefined && option !== 'ja' && option !== 'en') {
    throw new UsageError('--lang is ja or en');
  }
  return option ?? (/^ja/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'ja' : 'en');
}
