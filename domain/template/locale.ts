import type { CompiledTemplate } from './compiled.ts';

/**
 * The locale of a template that comes closest to the one wanted: `ja-JP → ja → default` (RFC 4647 §3.4, lookup).
 *
 * @param locale - BCP 47 tag; case and `_` for `-` do not matter.
 */
export function localeOf(template: CompiledTemplate, locale: string | undefined): string {
  if (locale !== undefined && Object.hasOwn(template.locales, locale)) return locale;
  let wanted = (locale ?? '').replaceAll('_', '-').toLowerCase();
  const offered = Object.keys(template.locales);
  while (wanted) {
    const found = offered.find((tag) => tag.toLowerCase() === wanted);
    if (found !== undefined) return found;
    wanted = wanted.includes('-') ? wanted.slice(0, wanted.lastIndexOf('-')) : '';
  }
  return template.defaultLocale;
}
