import type { Suppression, SuppressionScope } from '../suppression/suppression.ts';
import type { SuppressionRecord } from '../suppression/suppression-record.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { Finding } from './finding.ts';
import { type Text, timeText, type VerdictFault } from './verdict-text.ts';

/** What is known of the suppression that kept a mail back. */
interface Sought {
  /** Of the suppression, where it was recorded. */
  readonly reason?: string | undefined;
  /** All those that hold for such a mail, where they are known. */
  readonly scopes?: readonly SuppressionScope[] | undefined;
  /** When the mail was kept back; epoch milliseconds. */
  readonly atMs: number;
}

type Found = Suppression & { readonly scope: SuppressionScope };

const reasonTexts: Readonly<Record<Suppression['reason'], Text>> = {
  bounce: { ja: '以前のメールがバウンス', en: 'an earlier mail bounced' },
  complaint: { ja: '迷惑メールとしての報告', en: 'a complaint' },
  manual: { ja: '担当者による登録', en: 'entered by an operator' },
  unsubscribe: { ja: '配信停止', en: 'an unsubscribe' },
};

const faults: Readonly<Record<Suppression['reason'], VerdictFault>> = {
  bounce: 'list',
  complaint: 'recipient',
  manual: 'us',
  unsubscribe: 'recipient',
};

/** A mail that was not sent since its recipient is suppressed. */
export function suppressedFinding(record: SuppressionRecord, sought: Sought): Finding {
  const found = findSuppression(record, sought);
  const reason = found?.reason ?? (isReason(sought.reason) ? sought.reason : undefined);
  const facts = {
    since: found && timeText(found.atMs),
    why: reason === undefined ? { ja: '理由の記録なし', en: 'reason not recorded' } : reasonTexts[reason],
  };
  return {
    code: reason === 'unsubscribe' ? 'never_sent_unsubscribed' : 'never_sent_suppressed',
    facts,
    ...(reason === undefined ? {} : { reason, fault: faults[reason] }),
    evidence: found === undefined ? [] : [{ what: 'suppression', atMs: found.atMs, raw: rawOf(found) }],
  };
}

function isReason(reason: string | undefined): reason is Suppression['reason'] {
  return reason !== undefined && Object.hasOwn(reasonTexts, reason);
}

/** The latest one before the mail that it can have been: what has been released since is in the history. */
function findSuppression(
  { suppressions, history }: SuppressionRecord,
  { reason, scopes, atMs }: Sought,
): Found | undefined {
  const now = Object.entries(suppressions).map(([scope, each]) => ({
    ...(each as Suppression),
    scope: scope as SuppressionScope,
  }));
  const past = history.filter((each) => each.kind === 'suppressed');
  return [...now, ...past]
    .filter(
      (each) =>
        (reason === undefined || each.reason === reason) &&
        (scopes === undefined || scopes.includes(each.scope)) &&
        each.atMs <= atMs &&
        (each.expiresAtMs ?? atMs) >= atMs,
    )
    .reduce<Found | undefined>(
      (latest, each) => (latest === undefined || each.atMs > latest.atMs ? each : latest),
      undefined,
    );
}

function rawOf({ scope, reason, source, actor, evidence, expiresAtMs }: Found): string {
  return [
    `${reason} (${scope})`,
    `from ${source}`,
    actor && `by ${actor}`,
    evidence,
    expiresAtMs !== undefined && `until ${formatTimestamp(expiresAtMs)}`,
  ]
    .filter(Boolean)
    .join(', ');
}
