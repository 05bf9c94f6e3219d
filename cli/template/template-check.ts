import type { Finding, Severity } from '../../domain/template/check/finding.ts';
import type { Command } from '../command.ts';
import { renderTable } from '../table.ts';
import { directoryOf, templatesOption } from './directory.ts';

const order: readonly Severity[] = ['error', 'warning', 'info'];

export const templateCheck: Command = {
  name: 'template check',
  summary: 'Compiles templates and looks at every mail they make; ends with 1 when one cannot be published.',
  positionals: ['[NAME…]'],
  options: {
    ...templatesOption,
    'no-spam': { type: 'boolean', help: 'leave out the spam score, which takes some seconds' },
    all: { type: 'boolean', help: 'show remarks too, which need not be mended; --json always has them' },
    json: { type: 'boolean', help: 'machine-readable output: a list of findings' },
  },
  async run(call, { out, err }) {
    // MJML takes a second to load, which other commands need not wait for.
    const { checkFolder } = await import('./check-folder.ts');
    const { cssRemarks } = await import('./css-remarks.ts');
    const checked = await checkFolder(directoryOf(call), call.positionals, async (mjml) => [
      await cssRemarks(mjml),
    ]);
    const findings = checked.flatMap((each) => each.findings);
    if (!call.flag('no-spam')) {
      const { mailsOf } = await import('../../domain/template/check/check-template.ts');
      const { spamFindings } = await import('./spam-score.ts');
      const mails = checked.flatMap(({ source, template, samples }) =>
        source && template && samples ? mailsOf(source, template, samples).mails : [],
      );
      const scored = await spamFindings(mails.filter(({ sample }) => sample === 'sample'));
      if (scored === undefined) {
        err('spam score NOT MEASURED: spamassassin is not installed (apt-get install spamassassin)');
      } else findings.push(...scored);
    }
    findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
    out(
      call.flag('json')
        ? JSON.stringify(findings)
        : renderFindings(findings, checked.length, call.flag('all')),
    );
    return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

/** A table for people, and what it comes to. */
function renderFindings(findings: readonly Finding[], templates: number, all: boolean): string {
  const counts = order
    .map(
      (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
    )
    .map(([severity, count]) => `${count} ${severity === 'info' ? 'remarks' : `${severity}s`}`);
  const total = `${templates} templates: ${counts.join(', ')}`;
  const shown = findings.filter(({ severity }) => all || severity !== 'info');
  if (shown.length === 0) return total;
  return `${renderTable(
    ['', 'where', 'locale', 'rule', 'what', 'remedy'],
    shown.map(({ severity, template, file, line, locale, rule, message, remedy }) => [
      severity,
      `${template}${file === undefined ? '' : `/${file}`}${line === undefined ? '' : `:${line}`}`,
      locale,
      rule,
      message,
      remedy,
    ]),
  )}\n\n${total}`;
}
