import { InputError } from '../../errors.ts';
import { type GroupedNumber, groupedNumber } from './grouped-number.ts';
import { parseInstant } from './instant.ts';
import { quarterHourWriter } from './quarter-hour.ts';

const decimal = /^-?\d{1,20}(?:\.\d{1,10})?$/;

interface NumberStyle {
  readonly locale: string;
  /** Currency, or digits. */
  readonly variant: string | number | undefined;
  readonly format: Intl.NumberFormat;
  readonly grouped: GroupedNumber | undefined;
}

interface DateStyle {
  readonly locale: string;
  readonly style: string;
  readonly timeZone: string;
  readonly writeTime: (epochMs: number) => string;
  readonly ofDays: Intl.DateTimeFormat;
  /** What was written last: a mail says the same in HTML and in text. */
  last: { readonly value: string; readonly text: string };
}

const numberStyles = new Map<string, NumberStyle>();
const dateStyleCache = new Map<string, DateStyle>();
/** The ones that were used last: nearly always those that are asked for next, without a key to be made and looked up. */
let lastCurrency: NumberStyle | undefined;
let lastNumber: NumberStyle | undefined;
let lastDate: DateStyle | undefined;

/** How a date may be written. The words are those of `Intl.DateTimeFormat`'s `dateStyle`; `time` stands alone or after one. */
export const dateStyles = [
  'short',
  'medium',
  'long',
  'full',
  'time',
  'short time',
  'medium time',
  'long time',
  'full time',
] as const;

/**
 * An amount in major units (`12840` yen, `12.5` dollars) with the sign and decimals of its currency.
 *
 * @param currency - ISO 4217 code in capitals.
 */
export function formatCurrency(
  locale: string,
  amount: unknown,
  currency: string,
  field: () => string,
): string {
  return written(currencyStyle(locale, currency, field), amount, field);
}

/** @param digits - Digits after the decimal sign, 0 to 10; without it as many as needed, at most three. */
export function formatNumber(
  locale: string,
  amount: unknown,
  digits: number | undefined,
  field: () => string,
): string {
  return written(digitsStyle(locale, digits), amount, field);
}

function currencyStyle(locale: string, currency: string, field: () => string): NumberStyle {
  if (lastCurrency?.locale === locale && lastCurrency.variant === currency) return lastCurrency;
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new InputError(
      'wrong-type',
      field(),
      `the currency of ${field()} is not an ISO 4217 code such as JPY`,
    );
  }
  lastCurrency = numberStyle(locale, currency, { style: 'currency', currency });
  return lastCurrency;
}

function digitsStyle(locale: string, digits: number | undefined): NumberStyle {
  if (lastNumber?.locale === locale && lastNumber.variant === digits) return lastNumber;
  const options =
    digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  lastNumber = numberStyle(locale, digits, options);
  return lastNumber;
}

/** @throws InputError when the amount is neither a number nor a decimal in a string. */
function written({ format, grouped }: NumberStyle, amount: unknown, field: () => string): string {
  if (grouped !== undefined && isCount(amount)) return grouped(amount);
  return format.format(decimalOf(amount, field));
}

/**
 * A day or a point in time.
 *
 * @param style - One of `dateStyles`.
 * @param timeZone - IANA name. A day without a time is written as it is, whatever the zone.
 */
export function formatDate(
  locale: string,
  value: unknown,
  style: string,
  timeZone: string,
  field: () => string,
): string {
  let known = lastDate;
  if (known?.locale !== locale || known.style !== style || known.timeZone !== timeZone) {
    known = dateStyleCache.get(`${locale}|${style}|${timeZone}`);
  }
  if (known !== undefined && known.last.value === value) return known.last.text;
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (typeof value !== 'string' || instant === undefined) {
    throw new InputError(
      'wrong-type',
      field(),
      `${field()} is not a date such as 2026-12-05 or 2026-12-05T18:00:00+09:00`,
    );
  }
  if (instant.dayOnly && style.endsWith('time')) {
    throw new InputError(
      'wrong-type',
      field(),
      `${field()} is a day without a time, and the template shows the time`,
    );
  }
  const written = known ?? dateStyle(locale, style, timeZone);
  if (written === undefined) {
    throw new InputError(
      'wrong-type',
      field(),
      `the time zone of ${field()} is not an IANA name such as Asia/Tokyo`,
    );
  }
  const text = instant.dayOnly ? written.ofDays.format(instant.epochMs) : written.writeTime(instant.epochMs);
  written.last = { value, text };
  lastDate = written;
  return text;
}

/** A number, or a decimal written as a string as it comes from a CSV file: kept exact, never through a float. */
function decimalOf(amount: unknown, field: () => string): number | Intl.StringNumericLiteral {
  if (typeof amount === 'number' && Number.isFinite(amount)) return amount;
  if (typeof amount === 'string' && isDecimal(amount)) return amount;
  throw new InputError('wrong-type', field(), `${field()} is not a number`);
}

function isDecimal(text: string): text is `${number}` {
  return decimal.test(text);
}

function numberStyle(
  locale: string,
  variant: string | number | undefined,
  options: Intl.NumberFormatOptions,
): NumberStyle {
  const key = `${locale}|${variant ?? ''}`;
  const known = numberStyles.get(key);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(locale, options);
  const style = { locale, variant, format, grouped: groupedNumber(format) };
  remember(numberStyles, key, style);
  return style;
}

/** Negative zero is none: it is written with a sign. */
function isCount(amount: unknown): amount is number {
  return Number.isSafeInteger(amount) && Number(amount) >= 0 && !Object.is(amount, -0);
}

function dateStyle(locale: string, style: string, timeZone: string): DateStyle | undefined {
  const word = (['short', 'medium', 'long', 'full'] as const).find((each) => style.startsWith(each));
  const options = {
    ...(word && { dateStyle: word }),
    ...(style.endsWith('time') && { timeStyle: 'short' as const }),
  };
  try {
    const made = {
      locale,
      style,
      timeZone,
      writeTime: quarterHourWriter(new Intl.DateTimeFormat(locale, { ...options, timeZone })),
      ofDays: new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }),
      last: { value: '', text: '' },
    };
    remember(dateStyleCache, `${locale}|${style}|${timeZone}`, made);
    return made;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Zones and currencies come from data, so the cache is bounded. */
function remember<T>(cache: Map<string, T>, key: string, format: T): void {
  if (cache.size >= 200) cache.clear();
  cache.set(key, format);
}
