import type { SuppressionReason } from './suppression-list.ts';

/** What an operator can set about the account, at the start and while it runs. */
export interface AccountSettings {
  /** Recipients per second. */
  readonly maxSendRate: number;
  /** Recipients in any 24 hours; -1 is no limit. */
  readonly max24HourSend: number;
  /** Seconds' worth of `maxSendRate` that may leave at once after a pause. */
  readonly overdraftSeconds: number;
  /** False is the sandbox: 200 a day, 1 a second, verified recipients only. */
  readonly productionAccess: boolean;
  /** False: the account's sending is paused. */
  readonly sendingEnabled: boolean;
  /** `SHUTDOWN`: AWS has suspended the account. */
  readonly enforcementStatus: 'HEALTHY' | 'PROBATION' | 'SHUTDOWN';
  readonly suppressedReasons: readonly SuppressionReason[];
  readonly pricingPlan: 'NONE' | 'ESSENTIALS' | 'PRO' | 'ENTERPRISE';
  /** Virtual Deliverability Manager, which keeps metrics. */
  readonly vdmEnabled: boolean;
}

export interface Account {
  /** As set. */
  settings(): AccountSettings;
  /** What counts: the sandbox's limits while the account is in it. */
  limits(): Pick<AccountSettings, 'maxSendRate' | 'max24HourSend' | 'overdraftSeconds'>;
  update(change: Partial<AccountSettings>): void;
}

const SANDBOX = { maxSendRate: 1, max24HourSend: 200 };

/** The limits of a typical account that has just left the sandbox. */
const DEFAULTS: AccountSettings = {
  maxSendRate: 14,
  max24HourSend: 50_000,
  overdraftSeconds: 1,
  productionAccess: true,
  sendingEnabled: true,
  enforcementStatus: 'HEALTHY',
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
  pricingPlan: 'ESSENTIALS',
  vdmEnabled: false,
};

export function createAccount(initial: Partial<AccountSettings>): Account {
  let settings: AccountSettings = { ...DEFAULTS, ...initial };
  return {
    settings: () => settings,
    limits: () => ({ ...settings, ...(settings.productionAccess ? {} : SANDBOX) }),
    update(change) {
      settings = { ...settings, ...change };
    },
  };
}
