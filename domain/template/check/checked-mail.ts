import type { TemplateSource } from '../compile/source.ts';
import type { CompiledTemplate } from '../compiled.ts';
import { type RenderedMail, renderMail } from '../render.ts';
import type { Issue } from './finding.ts';
import { type Page, pageOf } from './page.ts';

/** One template in one locale with one set of data, rendered: what the rules look at. */
export interface CheckedMail {
  readonly source: TemplateSource;
  readonly template: CompiledTemplate;
  readonly locale: string;
  readonly sample: SampleKind;
  readonly data: Readonly<Record<string, unknown>>;
  readonly mail: RenderedMail;
  readonly page: Page;
}

/** A usual mail, or the longest and nastiest that its author could think of. */
export type SampleKind = 'sample' | 'worst';

/** Looks at a mail and says what is wrong with it. */
export type Rule = (mail: CheckedMail) => readonly Issue[];

/** Where the unsubscribe link of a checked mail leads to. */
export const sampleUnsubscribeUrl = 'https://unsubscribe.example.com/u/token';

/** Renders with the recipient and the link that the pipeline would provide. @throws InputError as `renderMail` does */
export function checkedMail(
  source: TemplateSource,
  template: CompiledTemplate,
  locale: string,
  sample: SampleKind,
  data: Readonly<Record<string, unknown>>,
): CheckedMail {
  const mail = renderMail(template, locale, {
    ...data,
    recipient: { address: 'recipient@example.com', name: locale === 'ja' ? '見本 花子' : 'Hanako Mihon' },
    unsubscribeUrl: sampleUnsubscribeUrl,
  });
  return { source, template, locale, sample, data, mail, page: pageOf(mail.html) };
}

/** Every string in the data, however deep. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
