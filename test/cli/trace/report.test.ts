import { renderMail } from '../../../cli/trace/report.ts';
import { emptyRecord } from '../../../domain/suppression/suppression-record.ts';
import type { KnownMail } from '../../../domain/verdict/known-mail.ts';
import { verdictOf } from '../../../domain/verdict/verdict.ts';
import { event, nowMs, reported } from '../../domain/verdict/some-mails.ts';

const judged = (mail: KnownMail) => ({
  mail,
  verdict: verdictOf(mail, { suppressions: emptyRecord, nowMs }),
});
const nothingAround = { others: undefined, authentication: undefined };
const stopped = { scope: 'all', reason: 'manual', source: 'cli', atMs: nowMs } as const;

describe('renderMail', () => {
  it('shows neither a timeline nor an authentication of what is not recorded, but what stops it', () => {
    const report = renderMail(judged({ deliveryId: 'jiro@example.com' }), nothingAround, [stopped], 'en');
    expect(report.split('\n')).toEqual([
      'verdict: unknown',
      'answer: There is no record of this mail.',
      'at fault: not known',
      'to the customer: We found no record of the message (reference jiro@example.com).',
      expect.stringMatching(/^next: Check whether/),
      'suppressed now: all: manual, cli, 2026-11-24 04:00 UTC',
    ]);
  });

  it('names the domain of others where their provider has no name', () => {
    const others = {
      provider: 'other',
      fromMs: 0,
      toMs: 0,
      failures: 2,
      byReason: {},
      isLeast: false,
    } as const;
    const around = { others: { ...others, domain: 'example.com' }, authentication: undefined };
    const report = renderMail(judged(reported({ delivery: event(5) })), around, [], 'ja');
    expect(report).toContain('同じ事業者の同じ時間帯: example.com:不達 2 件');
    expect(report).toContain('送信時の認証: 記録なし');
    expect(report).not.toContain('現在の抑止');
  });
});
