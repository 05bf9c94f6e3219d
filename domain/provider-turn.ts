import type { Provider } from './bounce/provider.ts';

/** Consecutive turns at a mailbox provider that has a pace. */
export interface ProviderTurn {
  /** When the first of those that are left begins, epoch milliseconds. */
  readonly fromMs: number;
  /** Recipients. */
  readonly slots: number;
}

export type ProviderTurns = Readonly<Partial<Record<Provider, ProviderTurn>>>;
