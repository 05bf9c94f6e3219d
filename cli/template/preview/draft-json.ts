import type { SampleName } from './samples.ts';
import { sampleNames } from './samples.ts';
import type { Draft } from './workspace.ts';

/** A template as the page lists it. */
export function draftJson({ name, template, stale, findings, samples }: Draft) {
  return {
    name,
    stale,
    category: template?.category ?? null,
    defaultLocale: template?.defaultLocale ?? null,
    locales: Object.keys(template?.locales ?? {}).sort(first(template?.defaultLocale)),
    findings,
    samples: Object.fromEntries(sampleNames.map((each) => [each, samples[each].data ?? null])) as Record<
      SampleName,
      unknown
    >,
  };
}

/** The default locale comes first, the others by name. */
function first(defaultLocale: string | undefined): (a: string, b: string) => number {
  return (a, b) => Number(b === defaultLocale) - Number(a === defaultLocale) || (a < b ? -1 : 1);
}
