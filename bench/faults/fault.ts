/** What can go wrong at one call of AWS. */
export type FaultKind =
  /** The worker dies and the call never leaves it. */
  | 'killBefore'
  /** The call takes effect, and the worker dies before the answer. */
  | 'killAfter'
  /** The service fails without having done anything. */
  | 'failBefore'
  /** The service has done it, and the worker is told that it failed. */
  | 'failAfter'
  /** The answer is lost, and the SDK asks again: the worker sees the second answer. */
  | 'repeat'
  | SesFaultKind;

/** What SES can answer besides accepting. */
export type SesFaultKind =
  | 'throttled'
  | 'quota'
  | 'paused'
  | 'rejected'
  | 'errorBefore'
  | 'errorAfter'
  | 'timeoutAfter'
  | 'denied';

export const functionNames = ['plan-campaign', 'send-chunk', 'send-notification', 'record-feedback'] as const;
export type FunctionName = (typeof functionNames)[number];

/** One call of a function, counted over all of its workers in a run. */
export interface Step {
  readonly function: FunctionName;
  readonly operation: string;
  /** From 1. */
  readonly nth: number;
}

export interface Fault extends Step {
  readonly kind: FaultKind;
}

const sesFaults: readonly FaultKind[] = [
  'killBefore',
  'killAfter',
  'throttled',
  'quota',
  'paused',
  'rejected',
  'errorBefore',
  'errorAfter',
  'timeoutAfter',
  'denied',
];
const reads: readonly FaultKind[] = ['killBefore', 'failBefore'];
const writes: readonly FaultKind[] = ['killBefore', 'killAfter', 'failBefore', 'failAfter', 'repeat'];

/** Faults that make a difference at that operation. */
export function faultsAt(operation: string): readonly FaultKind[] {
  if (operation === 'ses:SendEmail') {
    return sesFaults;
  }
  return /:(?:Get|BatchGet)/.test(operation) ? reads : writes;
}

/** Where SES events go wrong. */
export const eventFates = ['prompt', 'beforeRecord', 'late', 'outOfOrder', 'duplicated', 'lost'] as const;
export type EventFate = (typeof eventFates)[number];

/** Everything that goes wrong in one run. */
export interface Plan {
  readonly faults: readonly Fault[];
  /** How the events of each mail fare, in the order in which SES accepts them; the last one goes on. */
  readonly eventFates: readonly EventFate[];
  /** Deliveries of a queue, by their number in the run, that happen twice at once. */
  readonly twins: ReadonlySet<number>;
  /** A worker's clock is off by so much at most, either way. */
  readonly skewMs: number;
}
