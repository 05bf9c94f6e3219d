import type { Campaigns } from '../../aws/campaigns.ts';
import type { ChunkLedgers } from '../../aws/chunk-ledgers.ts';
import { isInDoubt, withOutcomes } from '../../domain/campaign/chunk-ledger.ts';
import { countName, type ProviderName } from '../../domain/campaign/provider-counts.ts';
import { chunkLedgerId, type DeliveryKey } from '../../domain/delivery.ts';
import type { VariantName } from '../../domain/experiment/variant.ts';
import { variantCountName } from '../../domain/experiment/variant-counts.ts';

export interface SettleDoubtPorts {
  readonly campaigns: Pick<Campaigns, 'addTogether'>;
  readonly ledgers: Pick<ChunkLedgers, 'get' | 'settle' | 'settlement'>;
  readonly nowMs: () => number;
}

/** Others settle recipients of the same chunk at the same time. */
const maxTries = 10;

/**
 * Any event for a mail proves that SES accepted it: if the ledger of its chunk has it in doubt, it is accepted from now on. While a
 * worker has the chunk in hand the ledger is that worker's, which looks for proof itself before and after it closes it.
 *
 * @param provider - Of the recipient.
 * @param variant - That the recipient got, where it counts.
 */
export async function settleDoubt(
  ports: SettleDoubtPorts,
  { campaignId, chunk, index }: Omit<Extract<DeliveryKey, { kind: 'campaign' }>, 'kind'>,
  provider: ProviderName,
  variant?: VariantName,
): Promise<void> {
  const ofVariant = variant === undefined ? {} : { [variantCountName(variant, 'accepted')]: 1 };
  const ledgerId = chunkLedgerId(campaignId, chunk);
  for (let tries = 0; tries < maxTries; tries++) {
    const ledger = await ports.ledgers.get(ledgerId);
    if (ledger === undefined || !isInDoubt(ledger.outcomes[index]) || ledger.leaseUntilMs > ports.nowMs()) {
      return;
    }
    const outcomes = withOutcomes(ledger.outcomes, new Map([[index, 'A']]));
    const { version, done } = ledger;
    const settled = done
      ? await ports.campaigns.addTogether(
          campaignId,
          { unknown: -1, accepted: 1, [countName(provider, 'accepted')]: 1, ...ofVariant },
          ports.ledgers.settlement(ledgerId, version, outcomes, true, ports.nowMs()),
        )
      : await ports.ledgers.settle(ledgerId, version, outcomes, ports.nowMs());
    if (settled) {
      return;
    }
  }
  throw new Error(
    `the ledger of chunk ${chunk} of campaign ${campaignId} changed ${maxTries} times meanwhile`,
  );
}
