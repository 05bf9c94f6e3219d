import { bucket } from '../../aws/bucket.ts';
import { readSesAccount } from '../../aws/ses-account.ts';
import { templates } from '../../aws/templates.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { amountsAhead, campaignCost, totalUsd } from '../../domain/campaign/campaign-cost.ts';
import { quantumOf } from '../../domain/rate.ts';
import { forecastOf } from '../../domain/rehearsal/forecast.ts';
import { type CampaignMail, sampleMails } from '../../domain/rehearsal/sample-mail.ts';
import { addressOf } from '../address-argument.ts';
import { type Command, CommandError, pipelineOptions } from '../command.ts';
import type { Connection } from '../connection.ts';
import { templatesOption } from '../template/directory.ts';
import { campaignMeant, draftOptions } from './campaign-draft.ts';
import { findingsBefore } from './findings-before.ts';
import { rehearsed } from './rehearsal-run.ts';
import { renderRehearsal } from './rehearsal-text.ts';
import { samplesFor, sendSamples, writeSamples } from './samples.ts';

export const campaignRehearse: Command = {
  name: 'campaign rehearse',
  summary:
    'Says what a campaign would come to, a draft by its NAME or a new one: counts, samples, time, dollars, findings. Sends nothing to its audience.',
  positionals: ['[NAME]'],
  options: {
    ...draftOptions,
    to: {
      type: 'string',
      multiple: true,
      value: 'ADDRESS',
      help: 'send the samples there, marked as tests; may be given again',
    },
    samples: { type: 'string', value: 'FOLDER', help: 'where the samples go; a new folder by default' },
    ...templatesOption,
    ...pipelineOptions,
  },
  async run(call, terminal) {
    const to = call.texts('to');
    for (const address of to) {
      addressOf(address, '--to');
    }
    const { connection, campaign } = await campaignMeant(call, terminal, async () => {});
    const { outputs } = connection;
    terminal.err(`rehearsing "${campaign.name}" …`);
    const rehearsal = await rehearsed(connection, campaign);
    const { totals, reasons, samples: rows } = rehearsal;
    const mails = await mailsOf(connection, campaign);
    const sender = { mailDomain: outputs.MailDomain, unsubscribeBaseUrl: outputs.UnsubscribeBaseUrl };
    const samples = mails.flatMap((mail) => sampleMails(mail, rows, sender));
    const folder = samples.length === 0 ? undefined : await writeSamples(samples, call.text('samples'));
    const account = await readSesAccount();
    const forecast = forecastOf(totals.recipients, account);
    const traced = campaign.tracing === 'full';
    const rateSeconds = totals.recipients / Math.max(account.maxSendRate, 1);
    const ahead = amountsAhead({ ...totals, traced }, quantumOf(account.maxSendRate), rateSeconds);
    const lines = campaignCost({ ...ahead, plan: account.plan });
    const findings = await findingsBefore(call, connection, campaign);
    const tests =
      to.length === 0
        ? []
        : await sendSamples(connection, samplesFor(campaign, rehearsal, mails, to), terminal.err);
    // On this machine no mail is real, and the doctor lets everything.
    const isBlocked = findings.blocking && connection.localEndpoint === undefined;
    const result = {
      campaignId: campaign.campaignId,
      name: campaign.name,
      state: campaign.state,
      template: campaign.template,
      totals,
      reasons,
      account,
      forecast,
      cost: { usd: totalUsd(lines), lines },
      findings,
      isBlocked,
      tests,
      samples: samples.map(({ html: _, text: _text, ...head }) => head),
      ...(folder === undefined ? {} : { folder }),
    };
    terminal.out(call.flag('json') ? JSON.stringify(result) : renderRehearsal(result));
    return isBlocked ? 1 : 0;
  },
};

/** The mails of a campaign, of which there are several where it has variants. */
async function mailsOf(
  { outputs }: Connection,
  { template, templateHash, variants }: Campaign,
): Promise<readonly CampaignMail[]> {
  const published = templates(bucket(outputs.BucketName), Date.now);
  const pinned = async (name: string, hash: string) => {
    const found = await published.find(name, hash);
    if (found === undefined) {
      throw new CommandError(`template ${name} is no longer published in that version`);
    }
    return found;
  };
  return variants === undefined
    ? [{ template: await pinned(template, templateHash) }]
    : await Promise.all(
        variants.map(async (each) => ({
          variant: each.name,
          template: await pinned(each.template, each.templateHash),
        })),
      );
}
