import type { InputError } from '../../../domain/errors.ts';
import { type Excerpt, excerptOf } from './excerpt.ts';
import { type SourcePlace, sourcePlace } from './source-place.ts';

/** Something to mend in a template, as the page shows it. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  /** Stable: `unknown-reference`, `missing-alt`… */
  readonly rule: string;
  readonly message: string;
  /** How to mend it, where it is known. */
  readonly remedy?: string;
  /** Those that it was found in; empty where it concerns the template as a whole. */
  readonly locales: readonly string[];
  readonly place?: SourcePlace;
  readonly excerpt?: Excerpt;
}

/** Reads a source file, `order-confirmation/template.mjml`; undefined when there is none. */
export type ReadSource = (file: string) => Promise<string | undefined>;

/** What the compiler or the renderer refuses, with the lines that it is about. */
export async function findingOf({ code, field, message }: InputError, read: ReadSource): Promise<Finding> {
  const place = sourcePlace(field);
  const text = place && (await read(place.file));
  const excerpt = place && text !== undefined ? excerptOf(place, text) : undefined;
  const { locale, rest } = withoutPlace(message, field);
  return {
    severity: 'error',
    rule: code,
    message: place ? rest : message,
    locales: locale === undefined ? [] : [locale],
    ...(place && { place }),
    ...(excerpt && { excerpt }),
  };
}

/** Splits `order-confirmation/ja.yaml:1:1 (ja): what is wrong`, since the place is shown on its own. */
function withoutPlace(message: string, field: string): { locale?: string; rest: string } {
  if (!message.startsWith(field)) return { rest: message };
  const [, locale, rest] = /^(?: \(([A-Za-z0-9-]+)\))?:? ([\s\S]*)$/.exec(message.slice(field.length)) ?? [];
  return { ...(locale !== undefined && { locale }), rest: rest ?? message };
}

/** What was found at the same place in several locales becomes one finding. */
export function mergedLocales(findings: readonly Finding[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const { severity, rule, message, place } = finding;
    const key = JSON.stringify([severity, rule, message, place]);
    const before = merged.get(key);
    const locales = [...new Set([...(before?.locales ?? []), ...finding.locales])];
    merged.set(key, { ...finding, locales });
  }
  return [...merged.values()];
}
