import { InputError } from '../../errors.ts';
import type { TemplateSource } from '../compile/source.ts';
import type { CompiledTemplate } from '../compiled.ts';
import { missingData } from '../validate.ts';
import { accessibilityRule } from './accessibility.ts';
import { type CheckedMail, checkedMail, type Rule, type SampleKind } from './checked-mail.ts';
import { columnsRule } from './columns.ts';
import { contrastRule } from './contrast.ts';
import { droppedRule } from './dropped.ts';
import { exampleOf } from './example-data.ts';
import type { Finding, Issue } from './finding.ts';
import { headlineRule } from './headline.ts';
import { linksRule } from './links.ts';
import { marketingRule } from './marketing.ts';
import { sizeRule } from './size.ts';
import { textPartRule } from './text-part.ts';

/** Data to try a template with; a problem is why there is none. */
export type Samples = Readonly<Record<SampleKind, Readonly<Record<string, unknown>> | InputError>>;

const rules: readonly Rule[] = [
  sizeRule,
  linksRule,
  accessibilityRule,
  contrastRule,
  marketingRule,
  headlineRule,
  textPartRule,
  columnsRule,
  droppedRule,
];

/** Every mail that a template makes of its samples, and why one is not made. */
export interface CheckedMails {
  readonly mails: readonly CheckedMail[];
  readonly findings: readonly Finding[];
}

/** Renders a template in all locales with both samples. */
export function mailsOf(source: TemplateSource, template: CompiledTemplate, samples: Samples): CheckedMails {
  const mails: CheckedMail[] = [];
  const findings: Finding[] = [];
  for (const sample of ['sample', 'worst'] as const) {
    const file = sample === 'worst' ? 'sample.worst.json' : 'sample.json';
    const about = {
      template: template.name,
      file,
      remedy: 'a template is checked with what its samples make of it',
    };
    const given = samples[sample];
    const lacking = given instanceof InputError && given.code === 'missing-file';
    if (given instanceof InputError) {
      const { code, message } = given;
      findings.push({
        ...about,
        severity: lacking ? 'warning' : 'error',
        rule: lacking ? 'missing-sample' : code,
        message,
      });
    }
    const data = lacking && sample === 'sample' ? exampleOf(template.schema) : given;
    if (data instanceof InputError || !isData(data)) continue;
    for (const locale of Object.keys(template.locales)) {
      const [problem] = missingData(template, data, locale);
      if (problem === undefined) mails.push(checkedMail(source, template, locale, sample, data));
      else
        findings.push({ ...about, locale, severity: 'error', rule: problem.code, message: problem.message });
    }
  }
  return { mails, findings };
}

function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * Looks at every mail of a template: what would be clipped, unreadable, unlawful, or taken for spam.
 *
 * @param more - Rules that need more than this room has: `cssRule`.
 */
export function checkTemplate(
  source: TemplateSource,
  template: CompiledTemplate,
  samples: Samples,
  more: readonly Rule[] = [],
): Finding[] {
  const { mails, findings } = mailsOf(source, template, samples);
  const found = mails.flatMap((checked) =>
    [...rules, ...more].flatMap((rule) => rule(checked).map((issue) => findingOf(checked, issue))),
  );
  return distinct([...findings, ...found]);
}

/** A remark is about the template, and the same for all of its locales. */
function findingOf({ template, locale }: CheckedMail, issue: Issue): Finding {
  return { template: template.name, ...(issue.severity !== 'info' && { locale }), ...issue };
}

/** Both samples show most faults. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
