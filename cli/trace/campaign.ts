import { bucket } from '../../aws/bucket.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { type TracedRow, tracedRow, traces } from '../../aws/traces.ts';
import { type Campaign, campaignIdOf, parseChunkPointer } from '../../domain/campaign/campaign.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { deliveryId } from '../../domain/delivery.ts';
import { campaignTally } from '../../domain/verdict/campaign-tally.ts';
import { type VerdictCode, verdictTexts } from '../../domain/verdict/finding.ts';
import { verdictLabels } from '../../domain/verdict/labels.ts';
import { CommandError, type Terminal } from '../command.ts';
import { renderTable } from '../table.ts';
import type { Language } from './report.ts';
import { faultWords, words } from './words.ts';

/** A bounce may come days after the mail, and a complaint weeks. */
const lateMs = 60 * 86_400_000;

/** Rows read together, and how many such reads at the same time. */
const rowsPerRead = 100;
const readsAtOnce = 16;

/** Prints how many mails of a campaign came to which verdict. */
export async function traceCampaign(
  outputs: StackOutputs,
  name: string,
  language: Language,
  asJson: boolean,
  out: Terminal['out'],
): Promise<number> {
  const campaign = await campaignsTable(outputs.CampaignsTableName).get(campaignIdOf(name));
  if (campaign === undefined) {
    throw new CommandError(`there is no campaign "${name}"`);
  }
  const nowMs = Date.now();
  const tally = campaignTally(campaign, nowMs);
  await (campaign.tracing === 'full'
    ? eachRow(outputs, campaign, tally.see)
    : eachFailure(outputs, campaign, nowMs, tally.see));
  const verdicts = tally.finish();
  if (asJson) {
    const { state, tracing, plan } = campaign;
    out(JSON.stringify({ campaign: campaign.name, state, tracing, rows: plan?.rows ?? 0, verdicts }));
    return 0;
  }
  const counts = Object.entries(verdicts).toSorted(([, one], [, other]) => other - one);
  out(
    renderTable(
      [words.count, words.answer, words.fault, words.verdict].map((word) => word[language]),
      counts.map(([key, count]) => {
        const code = key as VerdictCode;
        return [count, verdictLabels[code][language], faultWords[verdictTexts[code].fault]?.[language], code];
      }),
    ),
  );
  return 0;
}

async function eachFailure(
  outputs: StackOutputs,
  campaign: Campaign,
  nowMs: number,
  see: (row: TracedRow) => void,
): Promise<void> {
  const { campaignId, createdAtMs, lastChunkAtMs } = campaign;
  const toMs = Math.min(nowMs, (lastChunkAtMs ?? nowMs) + lateMs);
  await traces(outputs.DeliveriesTableName).eachFailure({ fromMs: createdAtMs, toMs, campaignId }, see);
}

/** With full tracing there is a row for each mail that was accepted; where they are is in the list of chunks. */
async function eachRow(
  outputs: StackOutputs,
  { campaignId, plan }: Campaign,
  see: (row: TracedRow) => void,
): Promise<void> {
  if (plan === undefined) {
    return;
  }
  const table = traces(outputs.DeliveriesTableName);
  const pointers = await bucket(outputs.BucketName).getText(planKeys(campaignId, plan.planId).chunks);
  const ids = (pointers ?? '')
    .split('\n')
    .filter(Boolean)
    .map(parseChunkPointer)
    .flatMap(({ chunk, count }) =>
      Array.from({ length: count }, (_, index) => deliveryId({ kind: 'campaign', campaignId, chunk, index })),
    );
  const reads = Array.from({ length: Math.ceil(ids.length / rowsPerRead) }, (_, i) =>
    ids.slice(i * rowsPerRead, (i + 1) * rowsPerRead),
  );
  const readNext = async (): Promise<void> => {
    for (let read = reads.pop(); read !== undefined; read = reads.pop()) {
      for (const item of (await table.items(read)).values()) {
        see(tracedRow(item));
      }
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, readNext));
}
