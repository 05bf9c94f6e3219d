import fc from 'fast-check';
import type { CampaignState } from '../../../domain/campaign/campaign-state.ts';
import type { Outcome } from '../../../domain/campaign/chunk-ledger.ts';
import { type DeliveryState, rejectedAfterAcceptanceRank, stateRank } from '../../../domain/delivery.ts';
import type { FeedbackKind } from '../../../domain/feedback/feedback.ts';
import type { Suppression, SuppressionScope } from '../../../domain/suppression/suppression.ts';
import { emptyRecord, type SuppressionRecord } from '../../../domain/suppression/suppression-record.ts';
import { type VerdictCode, verdictTexts } from '../../../domain/verdict/finding.ts';
import type { KnownMail } from '../../../domain/verdict/known-mail.ts';
import { verdictLabels } from '../../../domain/verdict/labels.ts';
import { verdictOf } from '../../../domain/verdict/verdict.ts';
import {
  bounce,
  campaign,
  event,
  hourMs,
  minuteMs,
  notification,
  nowMs,
  planned,
  record,
  reported,
} from './some-mails.ts';

function suppressedBy(reason: Suppression['reason'], scope: SuppressionScope = 'all'): SuppressionRecord {
  const suppression = { reason, source: 'ses', atMs: Date.UTC(2026, 9, 1), evidence: 'user_unknown' };
  return { ...emptyRecord, suppressions: { [scope]: suppression } };
}

const judge = (mail: KnownMail, suppressions = emptyRecord) => verdictOf(mail, { suppressions, nowMs });

const docomo = { address: 'taro@docomo.ne.jp' };
const delivery = { delivery: event(5, { diagnosticCode: '250 2.6.0 ok' }) };
const delay = {
  deliveryDelay: event(5, { diagnosticCode: '452 4.2.2 mailbox full', retriedUntilMs: nowMs + hourMs }),
};
const halt = { code: 'complaints', atMs: nowMs } as const;
const moved = (to: CampaignState) => [{ to, atMs: nowMs - minuteMs, by: 'hanako', why: 'a wrong price' }];
const longAgo = nowMs - 20 * hourMs;

/** Every verdict that one mail can come to, with how it comes to it. */
const cases: readonly (readonly [string, VerdictCode, KnownMail, SuppressionRecord?])[] = [
  ['the receiver took it', 'delivered', reported(delivery)],
  ['docomo took it', 'accepted_unseen', reported(delivery, docomo)],
  ['au took it', 'accepted_unseen', reported(delivery, { address: 'taro@ezweb.ne.jp' })],
  ['SoftBank took it', 'accepted_unseen', reported(delivery, { address: 'taro@softbank.ne.jp' })],
  [
    'docomo took it and it was opened, which a machine may have done',
    'accepted_unseen',
    reported({ ...delivery, open: event(4) }, docomo),
  ],
  ['SES accepted it a moment ago', 'accepted', reported({})],
  ['SES accepted it, and began to send', 'accepted', reported({ send: event(6) })],
  [
    'SES accepted it long ago and reported nothing',
    'no_report',
    notification(record('accepted', { acceptedAtMs: longAgo })),
  ],
  ['it is being retried', 'delayed', reported(delay)],
  [
    'retries should have ended, and nothing was reported',
    'no_report',
    reported(
      { deliveryDelay: event(20 * 60, { retriedUntilMs: nowMs - 2 * hourMs }) },
      {
        record: record('delayed', {
          acceptedAtMs: longAgo,
          evidence: { deliveryDelay: event(20 * 60, { retriedUntilMs: nowMs - 2 * hourMs }) },
        }),
      },
    ),
  ],
  [
    'it came back for want of authentication',
    'rejected_our_fault',
    reported(bounce('550 5.7.26 Unauthenticated email')),
  ],
  [
    'it came back since the IP address is blocked',
    'rejected_our_fault',
    reported(bounce('550 5.7.1 S3150 part of their network is on our block list'), {
      address: 'a@outlook.com',
    }),
  ],
  ['there is no such mailbox', 'rejected_address', reported(bounce('550 5.1.1 user unknown'))],
  ['the mailbox is full', 'rejected_mailbox', reported(bounce('552 5.2.2 mailbox full'))],
  [
    'the message is larger than the mailbox takes',
    'rejected_content',
    reported(bounce('552 5.3.4 message too big')),
  ],
  ['it was taken for spam', 'rejected_content', reported(bounce('550 5.7.1 spam message rejected'))],
  [
    'the recipient refuses such mail',
    'rejected_recipient_filter',
    notification(record('bounced', { reason: 'recipient_filter' })),
  ],
  ['a rule of the receiver', 'rejected_policy', notification(record('bounced', { reason: 'policy' }))],
  [
    'the server of the receiver is down',
    'rejected_receiver',
    reported(bounce('421 4.4.1 Unable to connect to remote host', { bounceType: 'Transient' })),
  ],
  ['the receiver did not say why', 'rejected_unknown', reported(bounce('550 no'))],
  [
    'SES has the address on its list',
    'held_by_ses',
    reported(bounce('', { bounceSubType: 'OnAccountSuppressionList' })),
  ],
  ['SES found a virus', 'refused_by_ses', reported({ reject: event(5, { diagnosticCode: 'Bad content' }) })],
  ['SES could not render it', 'refused_by_ses', reported({ renderingFailure: event(5) })],
  [
    'the recipient reported it after it was delivered',
    'complained',
    reported({ ...delivery, complaint: event(1) }),
  ],
  [
    'it bounced after it was delivered',
    'rejected_mailbox',
    reported({ ...delivery, ...bounce('552 5.2.2 mailbox full') }),
  ],
  ['the recipient said that it is no spam', 'delivered', reported({ ...delivery, notSpam: event(1) })],
  [
    'the recipient has unsubscribed',
    'never_sent_unsubscribed',
    notification(record('suppressed', { reason: 'unsubscribe', detail: 'suppressed for topic:news' })),
    suppressedBy('unsubscribe', 'topic:news'),
  ],
  [
    'an earlier mail had bounced',
    'never_sent_suppressed',
    notification(record('suppressed', { reason: 'bounce', detail: 'suppressed for all' })),
    suppressedBy('bounce'),
  ],
  [
    'somebody was suppressed of whom nothing is left',
    'never_sent_suppressed',
    notification(record('suppressed', { reason: 'manual', detail: 'suppressed for all' })),
  ],
  ['it had expired', 'never_sent_expired', notification(record('expired', { reason: 'expired' }))],
  [
    'another one went out for the same alert',
    'never_sent_collapsed',
    notification(record('suppressed', { reason: 'collapsed' })),
  ],
  [
    'data were missing',
    'never_sent_input',
    notification(
      record('rejected', { reason: 'missing-data', field: 'data.code', detail: 'code is missing' }),
    ),
  ],
  [
    'the address was none',
    'never_sent_address',
    notification(
      record('rejected', { reason: 'address-syntax', detail: 'not of the form local-part@domain' }),
    ),
  ],
  [
    'SES refused it',
    'never_sent_refused',
    notification(record('rejected', { reason: 'MessageRejected', detail: 'SES refused the mail' })),
  ],
  [
    'it is not due yet',
    'waiting_for',
    notification(record('waiting', { reason: 'not-before', waitingUntilMs: nowMs + 3 * hourMs })),
  ],
  [
    'the quota is used up',
    'waiting_for',
    notification(record('waiting', { reason: 'quota', waitingUntilMs: nowMs - minuteMs })),
  ],
  [
    'its message has not come again',
    'overdue',
    notification(record('waiting', { reason: 'fault', waitingUntilMs: nowMs - hourMs })),
  ],
  [
    'an event proves that it went out all the same',
    'delivered',
    notification(record('waiting', { reason: 'fault', evidence: delivery })),
  ],
  [
    'a worker has it in hand',
    'waiting',
    notification(record('attempting', { leaseUntilMs: nowMs + minuteMs })),
  ],
  [
    'the worker that had it died',
    'in_doubt',
    notification(record('attempting', { leaseUntilMs: nowMs - minuteMs })),
  ],
  ['the answer of SES was lost', 'in_doubt', notification(record('unknown', { reason: 'TimeoutError' }))],
  [
    'the answer was lost, and an event proved acceptance',
    'delivered',
    notification(record('unknown', { evidence: delivery })),
  ],
  ['there is no record', 'unknown', { deliveryId: 'n#nothing' }],
  [
    'what was asked about is no address',
    'not_an_address',
    { deliveryId: 'taro@', queued: 3, noAddress: 'WHAT is not of the form local-part@domain' },
  ],
  ['nobody has taken it from the queue', 'maybe_queued', { deliveryId: 'n#nothing', queued: 3 }],
  ['the ledger has it accepted', 'accepted_no_failure', planned({ outcome: 'A' })],
  [
    'the ledger has it accepted, and all deliveries are reported',
    'no_report',
    planned({ outcome: 'A', campaign: campaign({ tracing: 'full', lastChunkAtMs: longAgo }) }),
  ],
  [
    'it was delayed, and only failures are reported',
    'accepted_no_failure',
    {
      ...planned({ outcome: 'A' }),
      record: record('delayed', { evidence: { deliveryDelay: event(20 * 60) } }),
    },
  ],
  [
    'the recipient was suppressed when it was sent',
    'never_sent_suppressed',
    planned({ outcome: 'S' }),
    suppressedBy('complaint', 'marketing'),
  ],
  [
    'the recipient had left the topic when it was planned',
    'never_sent_unsubscribed',
    planned({ planned: { kind: 'suppressed' } }),
    suppressedBy('unsubscribe', 'topic:newsletter'),
  ],
  ['SES refused it, and the row is gone', 'never_sent_refused', planned({ outcome: 'R' })],
  ['too many campaigns lately', 'never_sent_capped', planned({ planned: { kind: 'capped' } })],
  ['its row lacked data', 'never_sent_data', planned({ planned: { kind: 'rejected' } })],
  ['nobody has had its chunk in hand', 'waiting', planned({})],
  ['its attempt has begun', 'waiting', planned({ outcome: 'a', leaseUntilMs: nowMs + minuteMs })],
  [
    'the worker died that had begun it',
    'in_doubt',
    planned({ outcome: 'a', leaseUntilMs: nowMs - minuteMs }),
  ],
  ['the ledger has it in doubt', 'in_doubt', planned({ outcome: 'U' })],
  [
    'the campaign is paused',
    'waiting_paused',
    planned({ campaign: campaign({ state: 'paused', history: moved('paused') }) }),
  ],
  [
    'a guardrail halted the campaign',
    'never_sent_stopped',
    planned({ campaign: campaign({ state: 'halted', halt, history: moved('halted') }) }),
  ],
  [
    'a guardrail stopped the provider',
    'never_sent_stopped',
    planned(
      { outcome: 'H', campaign: campaign({ stops: { docomo: { ...halt, provider: 'docomo' } } }) },
      'taro@docomo.ne.jp',
    ),
  ],
  [
    'the campaign was cancelled',
    'never_sent_cancelled',
    planned({ outcome: 'H', campaign: campaign({ state: 'cancelled', history: moved('cancelled') }) }),
  ],
];

describe('verdictOf', () => {
  it.each(cases.map(([when, code, mail, suppressions]) => ({ when, code, mail, suppressions })))(
    '$code when $when',
    ({ code, mail, suppressions }) => {
      expect(judge(mail, suppressions)).toMatchObject({ code });
    },
  );

  it('has a case here for every verdict; three are of rows that have no mail', () => {
    const ofRows: VerdictCode[] = ['never_sent_invalid', 'never_sent_duplicate', 'never_sent_filtered'];
    const seen = new Set([...ofRows, ...cases.map(([, code]) => code)]);
    expect([...seen].sort()).toEqual(Object.keys(verdictTexts).sort());
    expect(Object.keys(verdictLabels).sort()).toEqual(Object.keys(verdictTexts).sort());
  });

  it('leaves no place of a sentence open that it knows', () => {
    const known = cases.filter(([when]) => when !== 'somebody was suppressed of whom nothing is left');
    const sentences = known.flatMap(([, code, mail, suppressions]) => {
      const { title, customer, ask, next } = judge(mail, suppressions);
      return [code, ...[title, customer, next, ask].flatMap((text) => (text ? [text.ja, text.en] : []))];
    });
    expect(sentences.filter((text) => /\{\w+\}|記録なし\)|not recorded/.test(text))).toEqual([]);
  });

  it('names a mail to the customer of which nobody knows why it was refused', () => {
    const { customer } = judge(reported(bounce('550 no')));
    expect(customer.ja).toContain('調査番号 n#order-1');
    expect(customer.en).toContain('reference n#order-1');
  });

  it('says when it was not sent', () => {
    const { title } = judge(notification(record('expired', { reason: 'expired', updatedAtMs: nowMs })));
    expect(title.en).toContain('2026-11-24 04:00 UTC');
    expect(title.ja).toContain('2026-11-24 13:00(日本時間)');
  });

  it('does not ask whose mailbox gets mail too fast to make room in it', () => {
    const fast = bounce('450 4.2.1 The user you are trying to contact is receiving email too quickly.');
    const { reason, ask } = judge(reported(fast));
    expect([reason, ask?.en]).toEqual(['recipient_rate', 'There is nothing you need to do.']);
  });

  it('says whose fault it is, since when, and what to do, in both languages', () => {
    const verdict = judge(
      notification(record('suppressed', { reason: 'complaint', detail: 'suppressed for marketing' })),
      suppressedBy('complaint', 'marketing'),
    );
    expect(verdict).toMatchObject({ code: 'never_sent_suppressed', reason: 'complaint', fault: 'recipient' });
    expect(verdict.title.ja).toBe(
      '抑止されている宛先のため、送信していません(迷惑メールとしての報告、2026-10-01 09:00(日本時間))。',
    );
    expect(verdict.title.en).toBe('Not sent: the address is suppressed (a complaint, 2026-10-01 00:00 UTC).');
    expect(verdict.evidence.map(({ what, raw }) => [what, raw])).toEqual([
      ['record', 'complaint: suppressed for marketing'],
      ['suppression', 'complaint (marketing), from ses, user_unknown'],
    ]);
  });

  it('takes the reason of a bounce that only ran out of time from the last delay', () => {
    const expired = bounce('554 4.4.7 Message expired', { bounceType: 'Transient' });
    expect(judge(reported({ ...delay, ...expired }))).toMatchObject({
      ...{ code: 'rejected_mailbox', reason: 'mailbox_full', fault: 'recipient' },
    });
  });

  it('tells docomo customers of the folder, and nobody before docomo changed its ways', () => {
    expect(judge(reported(delivery, docomo)).ask?.ja).toContain('迷惑メール_ドコモ用');
    const before = { delivery: { ...event(0), atMs: Date.parse('2025-03-12T14:59:59Z') } };
    expect(judge(reported(before, docomo))).toMatchObject({ code: 'delivered' });
    const silent = judge(planned({ outcome: 'A' }, 'taro@docomo.ne.jp'));
    expect([silent.code, silent.ask?.en]).toEqual([
      'accepted_no_failure',
      expect.stringContaining('迷惑メール_ドコモ用'),
    ]);
  });

  it('finds the suppression that was lifted since', () => {
    const atMs = nowMs - hourMs;
    const suppressed = {
      kind: 'suppressed',
      scope: 'all',
      reason: 'manual',
      source: 'cli',
      actor: 'hanako',
      atMs,
    } as const;
    const released = { kind: 'released', scope: 'all', source: 'cli', atMs: nowMs } as const;
    const verdict = judge(
      notification(record('suppressed', { reason: 'manual', detail: 'suppressed for all' })),
      {
        ...emptyRecord,
        history: [suppressed, released],
      },
    );
    expect(verdict.evidence.at(-1)).toMatchObject({ atMs, raw: 'manual (all), from cli, by hanako' });
  });

  it('says what a mail waits for, and until when', () => {
    const waits = record('waiting', { reason: 'quota', waitingUntilMs: nowMs + minuteMs });
    const { title, reason } = judge(notification(waits));
    expect([title.en, reason]).toEqual([
      'It is waiting for the 24-hour quota of SES, and is tried again about 2026-11-24 04:01 UTC.',
      'quota',
    ]);
  });

  it('passes on what the guardrail said', () => {
    const state = {
      state: 'halted',
      halt: { ...halt, count: 3, of: 100 },
      history: moved('halted'),
    } as const;
    const { title, next } = judge(planned({ campaign: campaign(state) }));
    expect(title.en).toContain('(3 of 100, 3.0 %): Too many recipients reported the mail as spam');
    expect(next.en).toContain('todoke campaign resume news');
  });
});

const kinds: readonly FeedbackKind[] = [
  ...(['send', 'delivery', 'deliveryDelay', 'bounce', 'complaint', 'reject', 'renderingFailure'] as const),
  ...(['open', 'click', 'machineOpen', 'machineClick', 'notSpam', 'subscription'] as const),
];
const states = Object.keys(stateRank) as DeliveryState[];
const campaignStates: readonly CampaignState[] = [
  ...(['draft', 'scheduled', 'planning', 'sending', 'paused', 'halted'] as const),
  ...(['completed', 'cancelled', 'failed'] as const),
];
const outcomes: readonly Outcome[] = ['.', 'a', 'A', 'S', 'R', 'U', 'u', 'H'];
const addresses = ['a@docomo.ne.jp', 'a@au.com', 'a@gmail.com', 'a@example.com'];
const texts = ['', '550 5.1.1 user unknown', '550-5.7.26 no', '452 4.2.2 full', '{at} {why}', '554 5.7.1 x'];
const reasons = [
  'bounce',
  'unsubscribe',
  'collapsed',
  'missing-data',
  'address-syntax',
  'BadRequestException',
  'policy',
];
const times = fc.integer({ min: nowMs - 100 * hourMs, max: nowMs + hourMs });

const anEvent = fc.record(
  {
    atMs: times,
    sesMessageId: fc.constant('ses-1'),
    recipient: fc.constantFrom(...addresses),
    diagnosticCode: fc.constantFrom(...texts),
    bounceType: fc.constantFrom('Permanent', 'Transient', 'Undetermined'),
    bounceSubType: fc.constantFrom('General', 'Suppressed', 'MailboxFull', 'OnAccountSuppressionList'),
    retriedUntilMs: times,
  },
  { requiredKeys: ['atMs', 'sesMessageId', 'recipient'] },
);
const anEvidence = fc.array(fc.tuple(fc.constantFrom(...kinds), anEvent), { maxLength: 6 });
const aRecord = fc.record(
  {
    state: fc.constantFrom(...states),
    isLate: fc.boolean(),
    reason: fc.constantFrom(...reasons),
    detail: fc.constantFrom('suppressed for all', 'x'),
    leaseUntilMs: times,
    acceptedAtMs: times,
    updatedAtMs: times,
    knownSinceMs: times,
  },
  { requiredKeys: ['state', 'isLate'] },
);
const aPlace = fc.record(
  {
    state: fc.constantFrom(...campaignStates),
    tracing: fc.constantFrom('failures' as const, 'full' as const),
    kind: fc.constantFrom(...(['planned', 'suppressed', 'capped', 'rejected'] as const)),
    outcome: fc.constantFrom(...outcomes),
    leaseUntilMs: times,
    isHalted: fc.boolean(),
    isStopped: fc.boolean(),
  },
  { requiredKeys: ['state', 'tracing', 'kind', 'isHalted', 'isStopped'] },
);
const aSuppression = fc.option(fc.constantFrom('bounce', 'complaint', 'unsubscribe', 'manual' as const));

it('gives every mail exactly one verdict, in words, whatever is known of it and in whatever order it came', () => {
  fc.assert(
    fc.property(
      fc.option(aRecord),
      anEvidence,
      fc.option(aPlace),
      fc.option(fc.constantFrom(...addresses)),
      aSuppression,
      (given, events, place, address, reason) => {
        const mail = (evidence: typeof events): KnownMail => ({
          deliveryId: place ? 'c#news#1#7' : 'n#order-1',
          ...(address === null ? {} : { address }),
          ...(given === null
            ? {}
            : {
                record: {
                  ...given,
                  stateRank:
                    given.isLate && given.state === 'rejected'
                      ? rejectedAfterAcceptanceRank
                      : stateRank[given.state],
                  evidence: Object.fromEntries(evidence),
                },
              }),
          ...(place === null
            ? {}
            : {
                place: {
                  planned:
                    place.kind === 'planned' ? { kind: 'planned', chunk: 1, index: 7 } : { kind: place.kind },
                  ...(place.outcome === undefined ? {} : { outcome: place.outcome }),
                  ...(place.leaseUntilMs === undefined ? {} : { leaseUntilMs: place.leaseUntilMs }),
                  campaign: campaign({
                    ...{ state: place.state, tracing: place.tracing },
                    ...(place.isHalted ? { halt } : {}),
                    ...(place.isStopped ? { stops: { docomo: halt, other: halt } } : {}),
                  }),
                },
              }),
        });
        const suppressions = reason === null ? emptyRecord : suppressedBy(reason as Suppression['reason']);
        const once = [...new Map(events)];
        const verdict = judge(mail(once), suppressions);
        expect(Object.keys(verdictTexts)).toContain(verdict.code);
        expect(judge(mail(once.toReversed()), suppressions)).toEqual(verdict);
        for (const text of [verdict.title, verdict.customer, verdict.next]) {
          expect(text.ja).not.toBe('');
          expect(text.en).not.toBe('');
        }
        expect(verdict.customer.ja + verdict.customer.en).not.toMatch(/[{}]/);
        expect(verdict.customer.en).not.toMatch(/\p{sc=Hiragana}/u);
        // What SES said last is what counts.
        if (given !== null && once.some(([kind]) => kind === 'complaint')) {
          expect(verdict.code).toBe('complained');
        }
      },
    ),
    { numRuns: 500 },
  );
});
