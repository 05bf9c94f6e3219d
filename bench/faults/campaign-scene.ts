import { recipientIdOf } from '../../domain/address.ts';
import { draftCampaign } from '../../domain/campaign/campaign.ts';
import { paused, resumed } from '../../domain/campaign/campaign-life.ts';
import type { Outcome } from '../../domain/campaign/chunk-ledger.ts';
import { totalsOf } from '../../domain/campaign/chunk-ledger.ts';
import { chunkLedgerId, type DeliveryState } from '../../domain/delivery.ts';
import { announcement } from '../simulation/templates.ts';
import { type Account, accountOf, type Report } from './account.ts';
import { type SimulatedStack, tables } from './stack.ts';
import { startMs } from './world.ts';

const stateOfOutcome: Readonly<Partial<Record<string, DeliveryState>>> = {
  A: 'accepted',
  S: 'suppressed',
  R: 'rejected',
  U: 'unknown',
  H: 'suppressed',
} satisfies Partial<Record<Outcome, DeliveryState>>;

/** What a person does who finds a mistake, and mends it. */
async function pauseAndResume({ world, plan }: SimulatedStack, campaignId: string): Promise<void> {
  for (const move of [paused, resumed]) {
    const campaign = await tables.campaigns.get(campaignId);
    const isThere = campaign !== undefined && campaign.state === (move === paused ? 'sending' : 'paused');
    if (
      !isThere ||
      !(await tables.campaigns.change(campaign, move(campaign, { by: 'somebody', atMs: startMs })))
    ) {
      return;
    }
    world.note(`somebody ${move.name} the campaign`);
    if (move === paused) {
      await world.clock.sleep(world.between(1_000, 600_000));
    } else {
      await plan(campaignId);
    }
  }
}

/** A campaign of one chunk, planned and sent in a few quanta. @param run - Its id. */
export async function campaignScene(stack: SimulatedStack, run: string): Promise<Account> {
  const { world, bucket, chunks } = stack;
  const localParts = ['someone', 'bounce', 'stopped', 'other', 'complain', 'another', 'last'];
  const addresses = localParts.map((localPart) => `${localPart}-${run}@example.com`);
  const [first = '', , stopped = ''] = addresses;
  const audience = [...addresses, first, 'not an address'].map((address) => JSON.stringify({ address }));
  await bucket.put(`audiences/${run}.jsonl`, `${audience.join('\n')}\n`);
  await tables.suppressions.add({ recipientId: recipientIdOf(stopped), address: '' }, 'all', {
    reason: 'manual',
    source: 'operator',
    atMs: startMs,
  });
  await tables.campaigns.create(
    draftCampaign({
      campaignId: run,
      name: run,
      template: announcement.name,
      templateHash: announcement.hash,
      audienceKey: `audiences/${run}.jsonl`,
      audienceFormat: 'jsonl',
      tracing: world.random() < 0.5 ? 'failures' : 'full',
      data: {},
      createdAtMs: startMs,
    }),
  );
  const poison = [`{"poison of ${run}`];
  chunks.put(poison[0] ?? '', 1_000);
  world.clock.at(0, () => world.clock.start(stack.plan(run)));
  if (world.random() < 0.3) {
    world.clock.at(world.between(50, 2_000), () => world.clock.start(pauseAndResume(stack, run)));
  }
  await world.clock.run(startMs + 7 * 86_400_000);

  const ledgerId = chunkLedgerId(run, 0);
  const ledger = await tables.ledgers.get(ledgerId);
  const outcomes = ledger?.outcomes ?? '';
  const reports = addresses.map((_, index): Report => {
    const state = stateOfOutcome[outcomes[index] ?? ''];
    return { deliveryId: `${ledgerId}#${index}`, state };
  });
  const account = accountOf(stack, reports, poison);
  const campaign = await tables.campaigns.get(run);
  const counts = totalsOf(outcomes);
  const agrees =
    campaign?.state === 'completed' &&
    campaign.chunksDone === 1 &&
    Object.entries(counts).every(([name, count]) => campaign.outcomes[name as keyof typeof counts] === count);
  if (!agrees) {
    world.note(
      `WRONG: ${campaign?.state} ${JSON.stringify(campaign?.outcomes)} where the ledger is ${outcomes}`,
    );
  }
  return { ...account, misreported: account.misreported + (agrees ? 0 : 1) };
}
