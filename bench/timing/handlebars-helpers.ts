import Handlebars, { type HelperDelegate } from 'handlebars';
import type { TemplateMeta } from '../../domain/template/compile/source.ts';
import { escapeHtml } from '../../domain/template/escape.ts';
import { formatCurrency, formatDate, formatNumber } from '../../domain/template/format/format.ts';

/** The helpers of the subset for Handlebars, on the same cached formatters. Handlebars adds an argument of its own. */
export function handlebarsHelpers(
  locale: string,
  { currency, timeZone }: Partial<Pick<TemplateMeta, 'currency' | 'timeZone'>>,
  into: 'html' | 'text',
): Record<'currency' | 'number' | 'date' | 'lines', HelperDelegate> {
  const field = (): string => 'value';
  const word = (given: unknown, fallback: string | undefined): string =>
    typeof given === 'string' ? given : (fallback ?? '');
  return {
    currency: (value, code) => formatCurrency(locale, value, word(code, currency), field),
    number: (value, digits) =>
      formatNumber(locale, value, typeof digits === 'number' ? digits : undefined, field),
    date: (value, style, zone) => formatDate(locale, value, word(style, 'long'), word(zone, timeZone), field),
    lines: (value) =>
      into === 'text'
        ? String(value)
        : new Handlebars.SafeString(escapeHtml(String(value)).replaceAll('\n', '<br>')),
  };
}
