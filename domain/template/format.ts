import { InputError } from '../errors.ts';
import { type GroupedNumber, groupedNumber } from './grouped-number.ts';
import { parseInstant } from './instant.ts';

const decimal = /^-?\d{1,20}(?:\.\d{1,10})?$/;

interface NumberStyle {
  readonly format: Intl.NumberFormat;
  readonly grouped: GroupedNumber | undefined;
}

const numberFormats = new Map<string, NumberStyle>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

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
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new InputError(
      'wrong-type',
      field(),
      `the currency of ${field()} is not an ISO 4217 code such as JPY`,
    );
  }
  return written(locale, { style: 'currency', currency }, decimalOf(amount, field));
}

/** @param digits - Digits after the decimal sign, 0 to 10; without it as many as needed, at most three. */
export function formatNumber(
  locale: string,
  amount: unknown,
  digits: number | undefined,
  field: () => string,
): string {
  const options =
    digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return written(locale, options, decimalOf(amount, field));
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
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant === undefined) {
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
  const format = dateFormat(locale, style, instant.dayOnly ? 'UTC' : timeZone);
  if (format === undefined) {
    throw new InputError(
      'wrong-type',
      field(),
      `the time zone of ${field()} is not an IANA name such as Asia/Tokyo`,
    );
  }
  return format.format(instant.epochMs);
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

function written(
  locale: string,
  options: Intl.NumberFormatOptions,
  amount: number | Intl.StringNumericLiteral,
): string {
  const key = `${locale}|${options.currency ?? ''}|${options.maximumFractionDigits ?? ''}`;
  let style = numberFormats.get(key);
  if (style === undefined) {
    const format = new Intl.NumberFormat(locale, options);
    style = { format, grouped: groupedNumber(format) };
    remember(numberFormats, key, style);
  }
  return style.grouped !== undefined && typeof amount === 'number' && isCount(amount)
    ? style.grouped(amount)
    : style.format.format(amount);
}

/** Negative zero is none: it is written with a sign. */
function isCount(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount >= 0 && !Object.is(amount, -0);
}

function dateFormat(locale: string, style: string, timeZone: string): Intl.DateTimeFormat | undefined {
  const key = `${locale}|${style}|${timeZone}`;
  let format = dateFormats.get(key);
  if (format === undefined) {
    const dateStyle = (['short', 'medium', 'long', 'full'] as const).find((word) => style.startsWith(word));
    try {
      format = new Intl.DateTimeFormat(locale, {
        timeZone,
        ...(dateStyle && { dateStyle }),
        ...(style.endsWith('time') && { timeStyle: 'short' as const }),
      });
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    remember(dateFormats, key, format);
  }
  return format;
}

/** Zones and currencies come from data, so the cache is bounded. */
function remember<T>(cache: Map<string, T>, key: string, format: T): void {
  if (cache.size >= 200) cache.clear();
  cache.set(key, format);
}
