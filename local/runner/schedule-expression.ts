import { InputError } from '../../domain/errors.ts';
import { type CronFields, parseCron } from './cron-fields.ts';
import { epochMsOf, localTimeOf } from './local-time.ts';

/** When a schedule fires. */
export interface ScheduleTimes {
  /** The first time strictly after `afterMs` (epoch milliseconds); undefined when there is none. */
  next(afterMs: number): number | undefined;
}

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** Cron expressions name years up to 2199. */
const lastYear = 2199;

/**
 * Parses `rate(5 minutes)`, `at(2027-01-31T09:00:00)` and `cron(0 9 ? * MON-FRI *)` of EventBridge.
 *
 * @param timeZone - IANA name, for `at` and `cron`.
 * @param startMs - Epoch milliseconds from which `rate` counts.
 */
export function parseSchedule(
  expression: string,
  timeZone: string,
  startMs: number,
  where: string,
): ScheduleTimes {
  const [, kind, body = ''] = /^(rate|at|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') {
    const [, count = '', unit = ''] = /^(\d+) (\w+)$/.exec(body) ?? [];
    const periodMs = Number(count) * (unitMs[unit] ?? Number.NaN);
    if (periodMs > 0) {
      return {
        next: (afterMs) => startMs + (Math.floor(Math.max(0, afterMs - startMs) / periodMs) + 1) * periodMs,
      };
    }
  }
  if (kind === 'at') {
    const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(body)?.slice(1).map(Number);
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts ?? [];
    const minuteMs = parts && epochMsOf({ year, month, day, hour, minute }, timeZone);
    if (minuteMs !== undefined) {
      const atMs = minuteMs + second * 1000;
      return { next: (afterMs) => (atMs > afterMs ? atMs : undefined) };
    }
  }
  if (kind === 'cron') {
    const fields = parseCron(body);
    if (fields !== undefined) {
      return { next: (afterMs) => nextCron(fields, afterMs, timeZone) };
    }
  }
  throw new InputError(
    'schedule-expression',
    where,
    `schedule expression at ${where} is not rate(), at() or cron() as AWS writes them`,
  );
}

/** A local time that a change of clocks skips does not fire; one that it repeats fires once. */
function nextCron(fields: CronFields, afterMs: number, timeZone: string): number | undefined {
  const from = localTimeOf(afterMs, timeZone);
  const date = new Date(Date.UTC(from.year, from.month - 1, from.day));
  for (; date.getUTCFullYear() <= lastYear; date.setUTCDate(date.getUTCDate() + 1)) {
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    if (!fields.year(year)) {
      date.setUTCMonth(11, 31);
    } else if (!fields.month(month)) {
      date.setUTCMonth(month, 0);
    } else if (fields.day(year, month, day)) {
      for (const hour of fields.hours) {
        for (const minute of fields.minutes) {
          const atMs = epochMsOf({ year, month, day, hour, minute }, timeZone);
          if (atMs !== undefined && atMs > afterMs) {
            return atMs;
          }
        }
      }
    }
  }
  return undefined;
}
