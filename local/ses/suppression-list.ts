import { domainOf, localPartOf } from './mailbox.ts';
import { SesError } from './ses-error.ts';

export type SuppressionReason = 'BOUNCE' | 'COMPLAINT';

/** One entry of the account's suppression list. */
export interface SuppressedDestination {
  readonly address: string;
  readonly reason: SuppressionReason;
  readonly updatedAtMs: number;
  /** SES id of the mail that put it there; absent when somebody put it there by hand. */
  readonly messageId?: string;
  readonly feedbackId?: string;
}

interface SuppressionFilter {
  readonly reasons?: readonly SuppressionReason[];
  /** Epoch milliseconds, inclusive. */
  readonly startMs?: number;
  /** Epoch milliseconds, exclusive. */
  readonly endMs?: number;
}

/** The account-level suppression list: what SES accepts but does not deliver. */
export interface SuppressionList {
  put(destination: SuppressedDestination): void;
  find(address: string): SuppressedDestination | undefined;
  /** @throws SesError `NotFoundException` when the address is not on the list. */
  get(address: string): SuppressedDestination;
  /** @throws SesError `NotFoundException` when the address is not on the list. */
  delete(address: string): void;
  list(filter: SuppressionFilter): SuppressedDestination[];
}

export function createSuppressionList(): SuppressionList {
  const byKey = new Map<string, SuppressedDestination>();
  const existing = (address: string) => {
    const found = byKey.get(keyOf(address));
    if (found === undefined) {
      throw new SesError(
        'NotFoundException',
        `Email address ${address} does not exist on your suppression list.`,
      );
    }
    return found;
  };
  return {
    put: (destination) => void byKey.set(keyOf(destination.address), destination),
    find: (address) => byKey.get(keyOf(address)),
    get: existing,
    delete(address) {
      existing(address);
      byKey.delete(keyOf(address));
    },
    list: ({ reasons, startMs = Number.NEGATIVE_INFINITY, endMs = Number.POSITIVE_INFINITY }) =>
      [...byKey.values()].filter(
        ({ reason, updatedAtMs }) =>
          (reasons === undefined || reasons.length === 0 || reasons.includes(reason)) &&
          updatedAtMs >= startMs &&
          updatedAtMs < endMs,
      ),
  };
}

/** SES compares addresses on the list without case. */
function keyOf(address: string): string {
  return `${localPartOf(address).toLowerCase()}@${domainOf(address)}`;
}
