import { seededRandom } from './seeded-random.ts';

/** What can go wrong with a SendEmail call, in the order in which it is drawn. */
export const CALL_FAULTS = [
  'throttle',
  'quota',
  'paused',
  'errorBeforeAcceptance',
  'timeoutAfterAcceptance',
  'errorAfterAcceptance',
] as const;

export type CallFault = (typeof CALL_FAULTS)[number];

interface CallFaultSettings {
  /** 0 to 1, for every call. */
  readonly probability?: number;
  /** The next so many calls, before any probability is drawn. */
  readonly next?: number;
}

/** What can go wrong with events on their way to SNS. */
interface EventFaults {
  /** 0 to 1: the event is published twice. */
  readonly duplicateProbability: number;
  /** Extra milliseconds before an event is published, evenly spread: [least, most]. */
  readonly delayMs: readonly [number, number];
  /** So many events are held and published in random order; 0 or 1 keeps their order. */
  readonly shuffleWindow: number;
}

interface FaultSettings {
  /** The same seed, settings and calls give the same faults. */
  readonly seed: number;
  readonly calls: Readonly<Partial<Record<CallFault, CallFaultSettings>>>;
  readonly events: EventFaults;
}

export interface FaultChange {
  readonly seed?: number;
  readonly calls?: FaultSettings['calls'];
  readonly events?: Partial<EventFaults>;
}

/**
 * Thrown by the SES handler when SES has accepted a mail and the caller must never hear of it:
 * whoever owns the connection destroys it without an answer.
 */
export class DropConnection extends Error {
  override readonly name = 'DropConnection';
}

export interface Faults {
  /** `next` counts down as calls come. */
  settings(): FaultSettings;
  /**
   * A call fault that the change names is replaced, others stay; so with the members of `events`.
   * Any change begins the random sequence anew, so that what follows is repeatable.
   */
  update(change: FaultChange): void;
  /** No faults at all. */
  clear(): void;
  /** The fault of this call, if any. */
  ofCall(): CallFault | undefined;
  /** What happens to one event: milliseconds of delay for each time it is published. */
  ofEvent(): readonly [number] | readonly [number, number];
  /** In random order. */
  shuffled<T>(events: readonly T[]): T[];
}

const NONE: FaultSettings = {
  seed: 1,
  calls: {},
  events: { duplicateProbability: 0, delayMs: [0, 0], shuffleWindow: 0 },
};

export function createFaults(initial: FaultChange = {}): Faults {
  let settings = merged(NONE, initial);
  let random = seededRandom(settings.seed);
  const delay = () => {
    const [least, most] = settings.events.delayMs;
    return most > 0 ? least + random() * (most - least) : 0;
  };
  return {
    settings: () => settings,
    update(change) {
      settings = merged(settings, change);
      random = seededRandom(settings.seed);
    },
    clear() {
      settings = NONE;
      random = seededRandom(NONE.seed);
    },
    ofCall() {
      for (const fault of CALL_FAULTS) {
        const { next = 0, ...rest } = settings.calls[fault] ?? {};
        if (next > 0) {
          settings = { ...settings, calls: { ...settings.calls, [fault]: { ...rest, next: next - 1 } } };
          return fault;
        }
      }
      if (Object.keys(settings.calls).length === 0) return undefined;
      let drawn = random();
      for (const fault of CALL_FAULTS) {
        drawn -= settings.calls[fault]?.probability ?? 0;
        if (drawn < 0) return fault;
      }
      return undefined;
    },
    ofEvent() {
      const first = delay();
      const { duplicateProbability } = settings.events;
      return duplicateProbability > 0 && random() < duplicateProbability ? [first, delay()] : [first];
    },
    shuffled(events) {
      const keyed = events.map((event) => ({ event, key: random() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ event }) => event);
    },
  };
}

function merged(
  settings: FaultSettings,
  { seed = settings.seed, calls, events }: FaultChange,
): FaultSettings {
  return { seed, calls: { ...settings.calls, ...calls }, events: { ...settings.events, ...events } };
}
