import type { Mail } from '../../domain/mail.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { providerPace } from '../../functions/provider-pace.ts';
import { sendRate } from '../../functions/send-rate.ts';
import {
  inMemoryBucket,
  inMemorySuppressions,
  inMemoryTemplates,
} from '../../test/functions/in-memory-ports.ts';
import type { Network } from './network.ts';
import type { SendRateItems } from './send-rate-items.ts';
import type { SesAccount } from './ses-account.ts';
import type { Tally } from './tally.ts';
import { announcement, password, sender } from './templates.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What all senders of a stack share. */
export interface Stack {
  readonly clock: VirtualClock;
  readonly network: Network;
  readonly account: SesAccount;
  readonly rateItems: SendRateItems;
  readonly tally: Tally;
  /** A worker's clock is off by so much at most, either way. */
  readonly skewMs: number;
}

/** The ports of one Lambda environment, with a clock of its own; as `sendingPorts` of `functions/sending.ts`. */
export function environmentPorts({ clock, network, account, rateItems, tally, skewMs }: Stack) {
  const { slow, latencies, random } = network;
  const offsetMs = (random() * 2 - 1) * skewMs;
  const nowMs = () => clock.nowMs() + offsetMs;
  // As Node: a timer of less than a millisecond takes one.
  const sleep = async (ms: number) => await clock.sleep(Math.max(1, ms));
  const { store } = rateItems;
  const suppressions = inMemorySuppressions();
  const bucket = inMemoryBucket();
  return {
    nowMs,
    sleep,
    sendRate: sendRate({ store, getSendQuota: account.getSendQuota, nowMs, sleep, random }),
    providerPace: providerPace({ paces: {}, store, nowMs, random }),
    suppressions: { find: slow(latencies.dynamodb, suppressions.find) },
    templates: inMemoryTemplates(password, announcement),
    bucket: {
      getBytes: slow(latencies.s3, bucket.getBytes),
      getRange: slow(latencies.s3, bucket.getRange),
    },
    deadLetterQueue: {
      send: async (): Promise<string> => {
        throw new Error('the model has no poison');
      },
    },
    sendMail: slow(latencies.ses, (_mail: Mail): SendAnswer => {
      const answer = account.take();
      tally.answered(answer.outcome);
      return answer;
    }),
    sender: async () => sender,
    leaseMs: 75_000,
    inDoubt: { transactional: 'resend', marketing: 'hold' } as const,
    count: () => undefined,
  };
}
