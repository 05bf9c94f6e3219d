import type { Variant } from '../experiment/variant.ts';
import type { FeedbackKind } from '../feedback/feedback.ts';
import type { Evidence } from '../feedback/feedback-end.ts';
import { bounceReason } from '../feedback/feedback-end.ts';
import { reportedEvidence } from './finding.ts';
import type { KnownMail, MailRecord } from './known-mail.ts';
import { variantOf } from './variant.ts';
import type { Text } from './verdict-text.ts';

/** One thing that happened to a mail. */
export interface TimelineRow {
  /** Epoch milliseconds; absent where the time was not kept. */
  readonly atMs?: number;
  readonly what: Text;
  /** Who says so: `todoke`, `ses`, or the host that reported. */
  readonly source: string;
  /** In the words of the source. */
  readonly detail: string;
  /** Says little of the recipient: mail programs and scanners open mail as well. */
  readonly isHint?: true;
}

const words: Readonly<Record<FeedbackKind, Text>> = {
  send: { ja: 'SES が送信を開始', en: 'SES began to send' },
  delivery: { ja: '相手先のサーバーが受領', en: 'taken by the server of the recipient' },
  deliveryDelay: { ja: '一時的に受け取られず、再送中', en: 'deferred, to be tried again' },
  bounce: { ja: '受け取られなかった(バウンス)', en: 'bounced' },
  complaint: { ja: '迷惑メールとして報告', en: 'reported as spam' },
  notSpam: { ja: '迷惑メールではないと報告', en: 'reported as not spam' },
  reject: { ja: 'SES が送信を取りやめ', en: 'not sent by SES after all' },
  renderingFailure: { ja: 'SES が作成に失敗', en: 'not rendered by SES' },
  open: { ja: '開封(参考)', en: 'opened (a hint)' },
  click: { ja: 'リンクをクリック(参考)', en: 'a link was followed (a hint)' },
  machineOpen: { ja: '開封(機械による。参考)', en: 'opened by a machine (a hint)' },
  machineClick: { ja: 'リンクをクリック(機械による。参考)', en: 'a link was followed by a machine (a hint)' },
  subscription: { ja: '受信者が配信設定を変更', en: 'the recipient changed subscriptions' },
};

const hints: ReadonlySet<string> = new Set(['open', 'click', 'machineOpen', 'machineClick']);

/** What happened to a mail, as far as it was kept, the earliest first. */
export function timelineOf(mail: KnownMail): TimelineRow[] {
  const { record, place } = mail;
  const rows = [
    ...(place === undefined ? [] : campaignRows(place, variantOf(mail))),
    ...(record === undefined ? [] : [...recordRows(record), ...eventRows(record)]),
  ];
  // What has no time comes where it was put: `toSorted` is stable only for what compares equal.
  return rows
    .map((row, i) => ({ row, i, atMs: row.atMs ?? Number.POSITIVE_INFINITY }))
    .toSorted((one, other) => (one.atMs === other.atMs ? one.i - other.i : one.atMs - other.atMs))
    .map(({ row }) => row);
}

function todoke(atMs: number | undefined, what: Text, detail = ''): TimelineRow[] {
  return [{ ...(atMs === undefined ? {} : { atMs }), what, source: 'todoke', detail }];
}

const notSent: Readonly<Partial<Record<MailRecord['state'], Text>>> = {
  waiting: { ja: 'キューに戻した(再試行待ち)', en: 'given back to the queue' },
  rejected: { ja: '送信せず(依頼に誤り)', en: 'not sent: refused' },
  suppressed: { ja: '送信せず(抑止)', en: 'not sent: suppressed' },
  expired: { ja: '送信せず(期限切れ)', en: 'not sent: expired' },
  unknown: { ja: 'SES の応答が不明', en: 'the answer of SES is not known' },
};

function recordRows(record: MailRecord): TimelineRow[] {
  const { queuedAtMs, knownSinceMs, acceptedAtMs, updatedAtMs, state, reason, field, detail } = record;
  const end = notSent[state];
  const said = [reason, field, detail].filter(Boolean).join(': ');
  const waitedMs =
    queuedAtMs === undefined || knownSinceMs === undefined ? undefined : knownSinceMs - queuedAtMs;
  return [
    ...(queuedAtMs === undefined
      ? []
      : todoke(queuedAtMs, { ja: 'キューに投入', en: 'put on the queue' }, record.notificationId)),
    ...(knownSinceMs === undefined || record.template === undefined
      ? []
      : todoke(
          knownSinceMs,
          { ja: '送信処理を開始', en: 'taken in hand' },
          [
            record.template,
            record.category,
            record.test && 'test',
            record.attempt !== undefined && record.attempt > 1 && `attempt ${record.attempt}`,
            waitedMs !== undefined && `waited ${waitedMs} ms`,
          ]
            .filter(Boolean)
            .join(', '),
        )),
    ...(acceptedAtMs === undefined
      ? []
      : [
          {
            atMs: acceptedAtMs,
            source: 'ses',
            detail: record.sesMessageId ?? '',
            what: { ja: 'SES が受け付け', en: 'accepted by SES' },
          },
        ]),
    ...(end === undefined ? [] : todoke(updatedAtMs, end, said)),
    ...(record.duplicates === undefined
      ? []
      : todoke(
          undefined,
          { ja: '同じ ID の再投入(送信せず)', en: 'published again with the same id (not sent again)' },
          `${record.duplicates}`,
        )),
  ];
}

function eventRows({ evidence }: MailRecord): TimelineRow[] {
  return reportedEvidence(evidence).map(({ what, atMs, raw }) => {
    const kind = what as FeedbackKind;
    const event = evidence[kind] as Evidence;
    const reason = kind === 'bounce' ? bounceReason(event, evidence.deliveryDelay).code : undefined;
    const detail = [
      raw,
      event.enhancedStatusCode !== undefined && `[${event.enhancedStatusCode}]`,
      reason && `→ ${reason}`,
      event.delayType,
      event.remoteMtaIp !== undefined && `ip ${event.remoteMtaIp}`,
      event.processingTimeMs !== undefined && `${event.processingTimeMs} ms`,
    ];
    return {
      ...(atMs === undefined ? {} : { atMs }),
      what: words[kind],
      source: event.reportingMta ?? 'ses',
      detail: detail.filter(Boolean).join(' '),
      ...(hints.has(kind) ? { isHint: true as const } : {}),
    };
  });
}

function campaignRows(
  { campaign, planned, outcome }: NonNullable<KnownMail['place']>,
  variant: Variant | undefined,
): TimelineRow[] {
  const { name, plan, history, lastChunkAtMs } = campaign;
  const mail = variant === undefined ? campaign.template : `${variant.template}, variant ${variant.name}`;
  const place =
    planned.kind === 'planned'
      ? `${name}: chunk ${planned.chunk}, index ${planned.index}`
      : `${name}: ${planned.kind}`;
  return [
    ...history
      .filter(({ to }) => to !== 'planning' && to !== 'completed')
      .flatMap(({ to, atMs, by, why }) =>
        todoke(
          atMs,
          { ja: `キャンペーン:${to}`, en: `campaign: ${to}` },
          [by, why].filter(Boolean).join(': '),
        ),
      ),
    ...todoke(
      plan?.plannedAtMs,
      { ja: 'キャンペーンの宛先に確定', en: 'planned as a recipient' },
      `${place}, ${mail}`,
    ),
    ...(outcome === undefined
      ? []
      : todoke(
          lastChunkAtMs,
          { ja: 'チャンクの台帳', en: 'ledger of the chunk' },
          `${outcome} (${outcomeWords[outcome]})`,
        )),
  ];
}

const outcomeWords = {
  '.': 'not tried yet',
  a: 'attempt begun',
  A: 'accepted by SES',
  S: 'suppressed',
  R: 'refused',
  U: 'unknown',
  u: 'unknown, to be tried again',
  H: 'stopped',
} as const;
