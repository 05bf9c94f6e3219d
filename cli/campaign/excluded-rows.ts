import { createInterface } from 'node:readline';
import type { Bucket } from '../../aws/bucket.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Exclusion } from '../../domain/campaign/exclusion.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { CommandError } from '../command.ts';

/** Rows that the planner left out, in the order of the audience. @throws CommandError when a list of them is no longer kept */
export async function* excludedRows(
  bucket: Pick<Bucket, 'stream'>,
  { campaignId, name, plan }: Campaign,
): AsyncGenerator<Exclusion> {
  if (plan === undefined) {
    return;
  }
  const { invalid, duplicates, rejected, suppressed, capped } = plan;
  let left = invalid + duplicates + rejected + suppressed + capped;
  for (let list = 0; left > 0; list++) {
    const file = await bucket.stream(planKeys(campaignId, plan.planId).excluded(list));
    if (file === undefined) {
      throw new CommandError(`the list of rows that "${name}" left out is no longer kept in the bucket`);
    }
    for await (const line of createInterface({ input: file })) {
      left--;
      yield JSON.parse(line) as Exclusion;
    }
  }
}
