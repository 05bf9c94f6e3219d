import { pasteable } from '../../domain/doctor/change-text.ts';
import type { CheckResult, Diagnosis } from '../../domain/doctor/examine.ts';
import type { Finding, Receiver, Severity } from '../../domain/doctor/finding.ts';
import { receiverNames } from '../../domain/doctor/receiver-names.ts';
import type { Text } from '../../domain/doctor/text.ts';

type Language = keyof Text;

const words = {
  ja: {
    block: '配信を止めるもの',
    warn: '警告',
    info: '参考',
    seen: '見えたもの',
    fix: '直し方',
    undecided: '判定できなかった検査',
    notes: '補足',
    nothing: '問題は見つかりませんでした。',
  },
  en: {
    block: 'Blocks a campaign',
    warn: 'Warnings',
    info: 'For information',
    seen: 'seen',
    fix: 'fix',
    undecided: 'Could not be decided',
    notes: 'Notes',
    nothing: 'Nothing was found.',
  },
} as const;

const severities: readonly Severity[] = ['block', 'warn', 'info'];

/** For people: findings by severity with what to paste, then what could not be decided. */
export function renderDiagnosis(diagnosis: Diagnosis, language: Language): string {
  const { domain, checks, findings } = diagnosis;
  const say = words[language];
  const undecided = checks.filter((check) => check.undecided !== undefined);
  const notes = checks.flatMap(({ number, note }) =>
    note === undefined ? [] : [`${numbered(number)}  ${note[language]}`],
  );
  return [
    domain,
    findings.length === 0 ? say.nothing : renderFindings(findings, language),
    ...(undecided.length === 0 ? [] : [`■ ${say.undecided}\n${renderUndecided(undecided, language)}`]),
    ...(notes.length === 0 ? [] : [[`■ ${say.notes}`, ...notes].join('\n')]),
    summary(diagnosis, language),
  ].join('\n\n');
}

/** Each reason once, with the checks that it keeps from deciding. */
function renderUndecided(undecided: readonly CheckResult[], language: Language): string {
  const byReason = Map.groupBy(undecided, (check) => check.undecided?.[language] ?? '');
  return [...byReason]
    .flatMap(([why, checks]) => [
      `  ${why}`,
      ...checks.map(({ number, title }) => `  ${numbered(number)}  ${title[language]}`),
    ])
    .map(visible)
    .join('\n');
}

function numbered(check: number): string {
  return String(check).padStart(4);
}

/** By severity, the worst first. */
export function renderFindings(findings: readonly Finding[], language: Language): string {
  return severities
    .flatMap((severity) => {
      const found = findings.filter((each) => each.severity === severity);
      return found.length === 0
        ? []
        : [`■ ${words[language][severity]}`, ...found.map((each) => renderFinding(each, language))];
    })
    .join('\n\n');
}

function renderFinding(
  { check, code, title, evidence, consequence, fix }: Finding,
  language: Language,
): string {
  const say = words[language];
  const lines = [
    `${title[language]}  [${check} ${code}]`,
    ...evidence.map((each) => `  ${say.seen}: ${each}`),
    ...Object.entries(consequence).map(
      ([receiver, text]) => `  ${receiverNames[receiver as Receiver][language]}: ${text[language]}`,
    ),
    `  ${say.fix}: ${fix.text[language]}`,
    ...pasteable(fix.changes).map((line) => `    ${line}`),
  ];
  return lines.map(visible).join('\n');
}

/** What others publish in the DNS must not drive the terminal. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '�');
}

function summary({ checks, findings }: Diagnosis, language: Language): string {
  const count = (severity: Severity) => findings.filter((each) => each.severity === severity).length;
  const passed = checks.filter(({ status }) => status === 'passed').length;
  const undecided = checks.filter(({ status }) => status === 'undecided').length;
  return language === 'ja'
    ? `検査 ${checks.length}件: 合格 ${passed}、判定できず ${undecided}。指摘: 停止 ${count('block')}、警告 ${count('warn')}、参考 ${count('info')}`
    : `${checks.length} checks: ${passed} passed, ${undecided} undecided. Findings: ${count('block')} block, ${count('warn')} warn, ${count('info')} info`;
}

/** Stable, for programs: every text in both languages, and each fix as record sets, as commands and as it is. */
export function diagnosisAsJson({ domain, checks, findings }: Diagnosis): unknown {
  return {
    domain,
    checks,
    findings: findings.map(({ fix, ...finding }) => ({
      ...finding,
      fix: {
        ...fix,
        records: fix.changes.flatMap((change) =>
          change.kind === 'dns'
            ? change.values.map((value) => ({ name: change.name, type: change.type, value }))
            : [],
        ),
        paste: pasteable(fix.changes),
      },
    })),
  };
}

/** 0 when nothing but information was found, 3 for warnings, 4 when a campaign must not start. */
export function exitCodeOf({ findings }: Diagnosis): number {
  if (findings.some(({ severity }) => severity === 'block')) {
    return 4;
  }
  return findings.some(({ severity }) => severity === 'warn') ? 3 : 0;
}
