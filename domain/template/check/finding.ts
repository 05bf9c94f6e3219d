import type { InputError } from '../../errors.ts';

export type Severity = 'error' | 'warning' | 'info';

/** One thing about a template that somebody has to mend or should know. */
export interface Finding {
  readonly template: string;
  /** Absent where it is about all locales. */
  readonly locale?: string;
  /** An error keeps the template from being published. */
  readonly severity: Severity;
  /** Stable: `missing-alt`, `unknown-reference`… */
  readonly rule: string;
  /** In the folder of the template: `template.mjml`, `ja.yaml (subject)`, `_shared/footer.mjml`. */
  readonly file?: string;
  /** From 1, where it is known. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly remedy?: string;
}

/** What a rule finds in one rendered mail; the caller knows template and locale. */
export type Issue = Omit<Finding, 'template' | 'locale'>;

/** How the compiler's problems read as findings: `demo/template.mjml:3:1 (en): {{#if a}}: what is wrong; remedy`. */
export function findingOf({ code, field, message }: InputError): Finding {
  const [, template = field, file, line, column] = /^([^/]+)(?:\/(.+?))?(?::(\d+):(\d+))?$/.exec(field) ?? [];
  const rest = message.startsWith(field) ? message.slice(field.length) : `: ${message}`;
  const [, locale, told = message] = /^(?: \(([\w-]+)\))?: ?([\s\S]*)$/.exec(rest) ?? [];
  const cut = told.lastIndexOf('; ');
  return {
    template: template === '_shared' ? '_shared' : template,
    ...(locale !== undefined && { locale }),
    severity: 'error',
    rule: code,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line: Number(line), column: Number(column) }),
    message: cut < 0 ? told : told.slice(0, cut),
    ...(cut >= 0 && { remedy: told.slice(cut + 2) }),
  };
}

/** One line for people: `demo/template.mjml:3:1 (en): what is wrong; remedy [rule]`. */
export function renderFinding(finding: Finding): string {
  const { template, locale, severity, rule, file, line, column, message, remedy } = finding;
  const path = file === undefined ? template : `${template}/${file}`;
  const end = `${remedy === undefined ? '' : `; ${remedy}`} [${rule}]`;
  if (message.startsWith(path)) return `${message}${end}`;
  const place = line === undefined ? path : `${path}:${line}:${column ?? 1}`;
  const about = locale === undefined ? '' : ` (${locale})`;
  const weight = severity === 'error' ? '' : `${severity}: `;
  return `${place}${about}: ${weight}${message}${end}`;
}
