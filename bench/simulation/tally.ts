import type { SendAnswer } from '../../domain/send-answer.ts';

/** What SES answered to us between two moments. */
export type Tally = ReturnType<typeof tally>;

export function tally(nowMs: () => number, fromMs: number, untilMs: number) {
  const answers: Record<SendAnswer['outcome'], number> = {
    accepted: 0,
    throttled: 0,
    quotaExceeded: 0,
    paused: 0,
    rejected: 0,
    ambiguous: 0,
  };
  const publishedMs = new Map<string, number>();
  const waitsMs: number[] = [];
  let others = 0;
  const counts = () => nowMs() >= fromMs && nowMs() <= untilMs;

  return {
    answers,
    answered(outcome: SendAnswer['outcome'], recipients = 1): void {
      if (counts()) {
        answers[outcome] += recipients;
      }
    },
    /** Somebody else's mail was accepted. */
    other(): void {
      if (counts()) {
        others++;
      }
    },
    published(notificationId: string): void {
      if (counts()) {
        publishedMs.set(notificationId, nowMs());
      }
    },
    accepted(notificationId: string): void {
      const sinceMs = publishedMs.get(notificationId);
      if (sinceMs !== undefined) {
        publishedMs.delete(notificationId);
        waitsMs.push(nowMs() - sinceMs);
      }
    },
    acceptedOfOthers: () => others,
    notifications: () => waitsMs.length,
    /** Milliseconds from publishing to acceptance; a notification that still waits counts with its wait so far. */
    waitMs(quantile: number): number {
      const all = [...waitsMs, ...[...publishedMs.values()].map((sinceMs) => nowMs() - sinceMs)];
      return all.sort((a, b) => a - b)[Math.ceil(all.length * quantile) - 1] ?? 0;
    },
    /** The longest wait of those that were not accepted yet. */
    oldestWaitingMs: () => Math.max(0, ...[...publishedMs.values()].map((sinceMs) => nowMs() - sinceMs)),
  };
}
