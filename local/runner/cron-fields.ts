/** The six fields of an EventBridge cron expression, ready to ask. */
export interface CronFields {
  /** Ascending. */
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  month(month: number): boolean;
  year(year: number): boolean;
  /** Day of month and day of week together; one of them is `?`. */
  day(year: number, month: number, day: number): boolean;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** 1 is Sunday. */
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type DayTest = (year: number, month: number, day: number) => boolean;

/** Parses `minutes hours day-of-month month day-of-week year`; undefined when it is none. */
export function parseCron(text: string): CronFields | undefined {
  const [minute = '', hour = '', monthDay = '', month = '', weekDay = '', year = '', ...more] = text
    .trim()
    .split(/\s+/);
  if (more.length > 0 || (monthDay === '?') === (weekDay === '?')) {
    return undefined;
  }
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  const months = numbers(month, 1, 12, monthNames, 1);
  const years = numbers(year, 1970, 2199);
  const day = weekDay === '?' ? dayOfMonth(monthDay) : dayOfWeek(weekDay);
  if (!minutes || !hours || !months || !years || !day) {
    return undefined;
  }
  return { minutes, hours, month: (m) => months.includes(m), year: (y) => years.includes(y), day };
}

/** `*`, `5`, `1-5`, `0/15`, `2-10/2` and lists of them; undefined when malformed or out of range. */
function numbers(
  field: string,
  low: number,
  high: number,
  names: readonly string[] = [],
  firstName = 0,
): number[] | undefined {
  const number = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    return named >= 0 ? named + firstName : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  const found = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', step, ...more] = item.split('/');
    const [first = '', last, ...extra] = range.split('-');
    const start = range === '*' ? low : number(first);
    const end = range === '*' ? high : last !== undefined ? number(last) : step === undefined ? start : high;
    const stride = step === undefined ? 1 : number(step);
    if (more.length + extra.length > 0 || !(start >= low && end <= high && start <= end && stride >= 1)) {
      return undefined;
    }
    for (let value = start; value <= end; value += stride) {
      found.add(value);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function dayOfMonth(field: string): DayTest | undefined {
  if (field === 'L') {
    return (year, month, day) => day === daysIn(year, month);
  }
  const [, nearest] = /^(\d+)W$/.exec(field) ?? [];
  if (nearest !== undefined) {
    return (year, month, day) => day === nearestWorkday(year, month, Number(nearest));
  }
  const days = numbers(field, 1, 31);
  return days && ((_year, _month, day) => days.includes(day));
}

function dayOfWeek(field: string): DayTest | undefined {
  const [, name = '', kind, nth] = /^(\w+?)(L|#([1-5]))$/.exec(field) ?? [];
  if (field === 'L' || kind === 'L') {
    const [wanted] = field === 'L' ? [7] : (numbers(name, 1, 7, dayNames, 1) ?? []);
    return wanted === undefined
      ? undefined
      : (year, month, day) => weekDayOf(year, month, day) === wanted && day + 7 > daysIn(year, month);
  }
  if (nth !== undefined) {
    const [wanted] = numbers(name, 1, 7, dayNames, 1) ?? [];
    return wanted === undefined
      ? undefined
      : (year, month, day) => weekDayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(nth);
  }
  const days = numbers(field, 1, 7, dayNames, 1);
  return days && ((year, month, day) => days.includes(weekDayOf(year, month, day)));
}

/** The weekday closest to `wanted` without leaving the month. */
function nearestWorkday(year: number, month: number, wanted: number): number {
  const last = daysIn(year, month);
  const day = Math.min(wanted, last);
  const weekDay = weekDayOf(year, month, day);
  if (weekDay === 1) {
    return day === last ? day - 2 : day + 1;
  }
  return weekDay === 7 ? (day === 1 ? 3 : day - 1) : day;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 is Sunday, 7 Saturday. */
function weekDayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}
