import { bucket } from '../../aws/bucket.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { readSesAccount } from '../../aws/ses-account.ts';
import { traces } from '../../aws/traces.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { type Receipt, receiptOf } from '../../domain/receipt/receipt.ts';
import { rowTally, type Tally } from '../../domain/receipt/tally.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { campaignNamed } from './campaign-draft.ts';
import { type ChunkResultsPorts, chunkResults } from './chunk-results.ts';
import { excludedRows } from './excluded-rows.ts';
import { renderReceipt } from './receipt-text.ts';
import { renderVariants } from './variant-table.ts';

export const campaignReceipt: Command = {
  name: 'campaign receipt',
  summary: 'Says what became of every row of the audience, how long it took, and what it cost.',
  positionals: ['NAME'],
  options: pipelineOptions,
  async run(call, { out }) {
    const { outputs } = await connect(call);
    const campaign = await campaignNamed(
      campaignsTable(outputs.CampaignsTableName),
      call.positionals[0] ?? '',
    );
    const ports = {
      bucket: bucket(outputs.BucketName),
      items: traces(outputs.DeliveriesTableName).items,
    };
    const counted = await tallyOf(ports, campaign);
    const { plan } = await readSesAccount();
    const receipt = receiptOf(campaign, counted.tally, { ledgerWrites: counted.ledgerWrites, plan });
    out(
      call.flag('json')
        ? JSON.stringify(receipt)
        : [renderReceipt(receipt), ...renderVariants(campaign)].join('\n\n'),
    );
    return exitCodeOf(receipt);
  },
};

/** Reads all that is known of each row. */
export async function tallyOf(
  ports: ChunkResultsPorts,
  campaign: Campaign,
): Promise<{ readonly tally: Tally; readonly ledgerWrites: number }> {
  const { see, seeFiltered, wantsRow, finish } = rowTally();
  seeFiltered(campaign.plan?.filtered ?? 0);
  for await (const { row, why, code } of excludedRows(ports.bucket, campaign)) {
    see({ row, outcome: why, code });
  }
  let ledgerWrites = 0;
  const isOfInterest = (row: Parameters<typeof see>[0]) =>
    (row.outcome !== 'accepted' || row.code !== undefined) && wantsRow(row);
  for await (const chunk of chunkResults(ports, campaign, isOfInterest)) {
    ledgerWrites += chunk.ledgerWrites;
    chunk.recipients.forEach(see);
  }
  return { tally: finish(), ledgerWrites };
}

/** A receipt that does not add up is a fault of ours, and no receipt. */
function exitCodeOf({ addsUp }: Receipt): number {
  return addsUp ? 0 : 1;
}
