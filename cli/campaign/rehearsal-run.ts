import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { bucket } from '../../aws/bucket.ts';
import { operatorBucket } from '../../aws/operator-bucket.ts';
import { startRehearsal } from '../../aws/planner.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { rehearsalKey } from '../../domain/campaign/plan-keys.ts';
import type { Rehearsal } from '../../domain/rehearsal/rehearsal.ts';
import { CommandError } from '../command.ts';
import type { Connection } from '../connection.ts';

const lookMs = 300;
/** Longer than the planner can live, thrice, as Lambda repeats what fails. */
const patienceMs = 50 * 60_000;

/** A rehearsal that can be used: the audience is in order. */
export type GoodRehearsal = Extract<Rehearsal, { readonly totals: unknown }>;

/**
 * Has the planner go over the audience, and waits for what it says.
 *
 * @throws CommandError when the audience cannot be used
 */
export async function rehearsed(
  { outputs }: Connection,
  { campaignId, name }: Campaign,
): Promise<GoodRehearsal> {
  const store = bucket(outputs.BucketName);
  const rehearsalId = randomBytes(8).toString('hex');
  const key = rehearsalKey(campaignId, rehearsalId);
  await startRehearsal(outputs.PlanCampaignFunctionName, campaignId, rehearsalId);
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const text = await store.getText(key);
    if (text !== undefined) {
      const rehearsal = JSON.parse(text) as Rehearsal;
      // It quotes rows of real people.
      await operatorBucket(outputs.BucketName).remove(key);
      if ('failure' in rehearsal) {
        throw new CommandError(`campaign "${name}" cannot be sent: ${rehearsal.failure}`);
      }
      return rehearsal;
    }
    if (Date.now() > untilMs) {
      throw new CommandError(
        `the planner has not answered; its log says why (${outputs.PlanCampaignFunctionName})`,
      );
    }
    await setTimeout(lookMs);
  }
}
