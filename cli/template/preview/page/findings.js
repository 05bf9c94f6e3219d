import { element } from './element.js';

const order = ['error', 'warning'];
/** Whether somebody has opened the remarks, which stay open whatever is saved. */
let remarksOpen = false;

/** Everything to mend in a template, the worst first, with the lines that it is about; what need not be mended after it. */
export function findings(draft, words) {
  const toMend = draft.findings
    .filter(({ severity }) => order.includes(severity))
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const remarks = draft.findings.filter(({ severity }) => !order.includes(severity));
  return [
    element('h3', {}, words.findings),
    toMend.length === 0
      ? element('p', { class: 'quiet' }, words.noFindings)
      : element('ul', {}, ...toMend.map((finding) => item(finding, words))),
    remarks.length === 0 ? '' : remarkList(remarks, words),
  ];
}

function remarkList(remarks, words) {
  const details = element(
    'details',
    { open: remarksOpen },
    element('summary', {}, words.remarks(remarks.length)),
    element('ul', {}, ...remarks.map((finding) => item(finding, words))),
  );
  details.addEventListener('toggle', () => {
    remarksOpen = details.open;
  });
  return details;
}

/** The state of a template in a word or two. */
export function stateOf({ findings: all }, words) {
  const count = (severity) => all.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors > 0) return { level: 'error', label: words.errors(errors) };
  if (warnings > 0) return { level: 'warning', label: words.warnings(warnings) };
  return { level: 'ok', label: words.ok };
}

function item({ severity, rule, locales, place, message, remedy, excerpt }, words) {
  return element(
    'li',
    { class: severity },
    element(
      'p',
      {},
      element('strong', {}, words.severities[severity]),
      ' ',
      element('span', { lang: 'en' }, message),
      remedy === undefined ? undefined : element('span', { class: 'remedy', lang: 'en' }, ` – ${remedy}`),
    ),
    element(
      'p',
      { class: 'place' },
      element('code', {}, placeText(place)),
      locales.length === 0 ? undefined : element('code', {}, locales.join(', ')),
      element('code', {}, rule),
    ),
    excerpt === undefined ? undefined : lines(excerpt),
  );
}

function placeText(place) {
  if (place === undefined) return '';
  const { file, key, line, column } = place;
  const position = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  return key === undefined ? `${file}${position}` : `${file} (${key})${position}`;
}

function lines({ line, column, lines: shown }) {
  const width = String(shown.at(-1)?.number ?? '').length;
  return element(
    'pre',
    { tabindex: '0' },
    ...shown.flatMap(({ number, text }) => {
      const row = `${String(number).padStart(width)}  ${text}\n`;
      if (number !== line) return [row];
      const caret = column === undefined ? '' : `${' '.repeat(width + 1 + column)}^\n`;
      return [element('mark', {}, row), caret];
    }),
  );
}
