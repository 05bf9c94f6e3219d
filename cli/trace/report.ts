import { providerLabel } from '../../domain/guardrail/text.ts';
import type { Suppression } from '../../domain/suppression/suppression.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { AuthenticationState } from '../../domain/verdict/authentication.ts';
import type { KnownMail } from '../../domain/verdict/known-mail.ts';
import { verdictLabels } from '../../domain/verdict/labels.ts';
import type { Others } from '../../domain/verdict/others.ts';
import { authenticationLine } from '../../domain/verdict/postmaster.ts';
import { timelineOf } from '../../domain/verdict/timeline.ts';
import { variantOf } from '../../domain/verdict/variant.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import { timeText } from '../../domain/verdict/verdict-text.ts';
import { renderTable } from '../table.ts';
import { timeOf } from './find-mails.ts';
import { faultWords, words } from './words.ts';

export type Language = 'ja' | 'en';

/** A mail with its verdict. */
export interface Judged {
  readonly mail: KnownMail;
  readonly verdict: Verdict;
}

/** What belongs to the one mail that is shown in full. */
export interface Surroundings {
  /** Undefined where it is not known whom the mail was for. */
  readonly others: Others | undefined;
  readonly authentication: AuthenticationState | undefined;
}

/** A suppression, with what it stops. */
export type Stopped = Suppression & { readonly scope: string };

const japanMs = 9 * 3_600_000;

export function renderList(judged: readonly Judged[], language: Language): string {
  return renderTable(
    [words.when, words.delivery, words.template, words.answer, words.verdict].map((word) => word[language]),
    judged.map(({ mail, verdict }) => [
      formatTimestamp(timeOf(mail)).slice(0, 19),
      mail.deliveryId,
      templateOf(mail),
      verdictLabels[verdict.code][language],
      codeOf(verdict),
    ]),
  );
}

export function renderMail(
  { mail, verdict }: Judged,
  around: Surroundings,
  suppressions: readonly Stopped[],
  language: Language,
): string {
  const rows = timelineOf(mail).map(({ atMs, what, source, detail }) => [
    atMs === undefined ? '' : formatTimestamp(atMs).slice(0, 23),
    atMs === undefined ? '' : formatTimestamp(atMs + japanMs).slice(11, 19),
    what[language],
    source,
    detail,
  ]);
  const { others, authentication } = around;
  const facts: readonly (readonly [keyof typeof words, string | undefined])[] = [
    ['verdict', codeOf(verdict)],
    ['answer', verdict.title[language]],
    ['fault', faultWords[verdict.fault]?.[language]],
    ['toCustomer', verdict.customer[language]],
    ['ask', verdict.ask?.[language]],
    ['next', verdict.next[language]],
    ['others', others && renderOthers(others, language)],
    ['suppressed', renderSuppressions(suppressions, language)],
    [
      'authentication',
      authentication === undefined ? words.notRecorded[language] : authenticationLine(authentication),
    ],
  ];
  const isRecorded = rows.length > 0;
  const table = renderTable(
    [words.when, words.whenJapan, words.what, words.source, words.detail].map((word) => word[language]),
    rows,
  );
  return [
    ...(isRecorded ? [table] : []),
    facts
      .filter(([name]) => isRecorded || name !== 'authentication')
      .flatMap(([name, value]) => (value === undefined ? [] : [`${words[name][language]}: ${value}`]))
      .join('\n'),
  ].join('\n\n');
}

function codeOf({ code, reason }: Verdict): string {
  return reason === undefined ? code : `${code}: ${reason}`;
}

/** What stops mail to the recipient now, whatever it was when this mail was sent. */
function renderSuppressions(suppressions: readonly Stopped[], language: Language): string | undefined {
  const each = suppressions.map(({ scope, reason, source, atMs }) =>
    [`${scope}: ${reason}`, source, timeText(atMs)[language]].join(', '),
  );
  return each.length === 0 ? undefined : each.join('; ');
}

function renderOthers(
  { provider, domain, failures, byReason, isLeast, campaign = {} }: Others,
  language: Language,
): string {
  const reasons = Object.entries(byReason)
    .toSorted(([, one], [, other]) => other - one)
    .map(([reason, count]) => `${reason} ${count}`);
  const counts = Object.entries(campaign).map(([measure, count]) => `${measure} ${count}`);
  const least = isLeast ? { ja: '少なくとも ', en: 'at least ' }[language] : '';
  return [
    {
      ja: `${domain ?? providerLabel(provider, 'ja')}:不達 ${least}${failures} 件`,
      en: `${domain ?? providerLabel(provider, 'en')}: ${least}${failures} failed`,
    }[language],
    ...(reasons.length > 0 ? [`(${reasons.join(', ')})`] : []),
    ...(counts.length > 0
      ? [
          { ja: `キャンペーン全体:${counts.join(', ')}`, en: `the whole campaign: ${counts.join(', ')}` }[
            language
          ],
        ]
      : []),
  ].join(' ');
}

export function templateOf(mail: KnownMail): string | undefined {
  return mail.record?.template ?? variantOf(mail)?.template ?? mail.place?.campaign.template;
}
