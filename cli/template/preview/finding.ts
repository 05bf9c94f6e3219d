import type { Finding, Severity } from '../../../domain/template/check/finding.ts';
import { type Excerpt, excerptOf, placeInFile } from './excerpt.ts';
import { type SourcePlace, sourcePlace } from './source-place.ts';

/** Something to mend in a template, as the page shows it. */
export interface ShownFinding {
  readonly severity: Severity;
  readonly rule: string;
  readonly message: string;
  readonly remedy?: string;
  /** Those that it was found in; empty where it concerns the template as a whole. */
  readonly locales: readonly string[];
  readonly place?: SourcePlace;
  readonly excerpt?: Excerpt;
}

/** Reads a source file, `order-confirmation/template.mjml`; undefined when there is none. */
export type ReadSource = (file: string) => Promise<string | undefined>;

/**
 * Adds the lines that findings are about; what was found at the same place in several locales becomes one.
 *
 * @param by - The compiler counts lines within a string of a YAML file, the check within the file.
 */
export async function shownFindings(
  findings: readonly Finding[],
  by: 'compiler' | 'check',
  read: ReadSource,
): Promise<ShownFinding[]> {
  const merged = new Map<string, ShownFinding>();
  for (const finding of findings) {
    const { severity, rule, message, remedy, locale } = finding;
    const named = sourcePlace(finding);
    const text = named && (await read(named.file));
    const inString = by === 'compiler' && named?.key !== undefined;
    const place = inString && text !== undefined ? placeInFile(named, text) : named;
    const excerpt = place && text !== undefined ? excerptOf(place, text) : undefined;
    const key = JSON.stringify([severity, rule, message, remedy, place]);
    const before = merged.get(key)?.locales ?? [];
    merged.set(key, {
      severity,
      rule,
      message,
      ...(remedy !== undefined && { remedy }),
      locales: [...new Set([...before, ...(locale === undefined ? [] : [locale])])],
      ...(place && { place }),
      ...(excerpt && { excerpt }),
    });
  }
  return [...merged.values()];
}
