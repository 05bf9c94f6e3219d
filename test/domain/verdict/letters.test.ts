import { emptyRecord } from '../../../domain/suppression/suppression-record.ts';
import { othersOf } from '../../../domain/verdict/others.ts';
import { postmasterEvidence } from '../../../domain/verdict/postmaster.ts';
import { replyDraft } from '../../../domain/verdict/reply.ts';
import { verdictOf } from '../../../domain/verdict/verdict.ts';
import { bounce, campaign, event, hourMs, nowMs, planned, record, reported } from './some-mails.ts';

const mailDomain = 'example.com';
const judge = (mail: Parameters<typeof verdictOf>[0]) =>
  verdictOf(mail, { suppressions: emptyRecord, nowMs, mailDomain });
const refused = reported(
  bounce('550 5.7.26 no', {
    enhancedStatusCode: '5.7.26',
    remoteMtaIp: '192.0.2.50',
    reportingMta: 'dns; out',
  }),
  { address: 'taro@gmail.com' },
);
/** A failure of somebody else. */
const failure = (id: string, address: string, text = '550 5.7.26 no') => ({
  ...record('bounced', { reason: 'recorded', evidence: bounce(text) }),
  ...{ deliveryId: id, address },
});

describe('othersOf', () => {
  it('counts by reason who failed at the same provider, not the mail itself, nor others elsewhere, nor what was never sent', () => {
    const tally = othersOf(refused, nowMs);
    tally?.see(failure('n#order-1', 'taro@gmail.com'));
    tally?.see(failure('n#2', 'jiro@gmail.com'));
    tally?.see(failure('n#3', 'saburo@gmail.com', '552 5.2.2 full'));
    tally?.see(failure('n#4', 'shiro@docomo.ne.jp'));
    tally?.see({ ...failure('n#5', 'goro@gmail.com'), state: 'suppressed', reason: 'unsubscribe' });
    tally?.see({ ...failure('n#6', 'rokuro@gmail.com'), state: 'complained', reason: 'complaint' });
    expect(tally?.counted(true)).toEqual({
      ...{ provider: 'google', failures: 3, isLeast: true },
      byReason: { unauthenticated: 1, mailbox_full: 1, complaint: 1 },
      fromMs: nowMs - 5 * 60_000 - hourMs / 2,
      toMs: nowMs - 5 * 60_000 + hourMs / 2,
    });
  });

  it('goes by the domain where the provider has no rules of its own, and adds what the campaign counted', () => {
    const providers = { other: { accepted: 300, hard: 4, authRun: 2 } };
    const tally = othersOf(planned({ outcome: 'A', campaign: campaign({ providers }) }), nowMs);
    tally?.see(failure('n#2', 'a@EXAMPLE.com'));
    tally?.see(failure('n#3', 'a@example.org'));
    expect(tally?.counted(false).campaign).not.toHaveProperty('authRun');
    expect(tally?.counted(false)).toMatchObject({
      ...{ provider: 'other', domain: 'example.com', failures: 1, campaign: { accepted: 300, hard: 4 } },
    });
  });

  it('knows no others of a mail of which it is not known whom it was for', () => {
    expect(othersOf({ deliveryId: 'n#nothing' }, nowMs)).toBeUndefined();
  });
});

describe('replyDraft', () => {
  it('tells the customer what happened and what to do, and nothing of our insides', () => {
    const { ja, en } = replyDraft(judge(refused), 'n#order-1');
    expect(ja).toContain('当社側の送信設定の問題');
    expect(en).toContain('There is nothing you need to do.');
    expect(en).toContain('Reference: n#order-1');
    expect(ja + en).not.toMatch(/DNS|SPF|DKIM|todoke|192\.0\.2|@/);
  });

  it('passes on the steps of the carrier', () => {
    const mail = reported({ delivery: event(5) }, { address: 'taro@docomo.ne.jp' });
    const { ja } = replyDraft(judge(mail), 'n#order-1');
    expect(ja).toContain('「迷惑メール_ドコモ用」フォルダー');
    expect(ja).toContain('受信設定で example.com からの受信を許可');
  });
});

describe('postmasterEvidence', () => {
  const tally = othersOf(refused, nowMs);
  tally?.see(failure('n#2', 'jiro@gmail.com'));
  const authentication = {
    verified: true,
    dkim: 'SUCCESS',
    mailFromDomain: 'mail.example.com',
    mailFrom: 'FAILED',
  };
  const side = { mailDomain: 'example.com', region: 'ap-northeast-1', authentication };

  it('has what a postmaster looks for, in UTC, with the raw answer and counts of others', () => {
    const facts = postmasterEvidence(refused, judge(refused), tally?.counted(false), side);
    expect(facts).toEqual({
      'Header From domain': 'example.com',
      'Envelope sender (Return-Path)': '<ses-1@ap-northeast-1.amazonses.com>',
      'DKIM-Signature d=': 'example.com, amazonses.com',
      'Envelope recipient': 'taro@gmail.com',
      'Message-ID': '<ses-1@ap-northeast-1.amazonses.com>',
      'SES message id': 'ses-1',
      'Our reference': 'n#order-1',
      Template: 'order-confirmation',
      'Accepted for sending (UTC)': '2026-11-24T03:54:00.000Z',
      'Answered (UTC)': '2026-11-24T03:55:00.000Z',
      'SMTP reply': '550 5.7.26 no',
      'Enhanced status code': '5.7.26',
      'Receiving host (IP)': '192.0.2.50',
      'Reporting host': 'dns; out',
      'Our reading': 'rejected_our_fault: unauthenticated',
      'Others refused in the same hour': '1',
      'Their reasons': 'unauthenticated 1',
      'Authentication when it was sent': 'identity verified, DKIM SUCCESS, MAIL FROM mail.example.com FAILED',
    });
    expect(JSON.stringify(facts)).not.toContain('jiro');
  });

  it('has the envelope sender at our own domain, the host that sent, and the counts of the campaign', () => {
    const answered = reported(bounce('550 5.1.1 no', { reportingMta: 'dns; a8-25.smtp-out.amazonses.com' }));
    const others = tally?.counted(false);
    const facts = postmasterEvidence(
      answered,
      judge(answered),
      others && { ...others, campaign: { accepted: 300, hard: 4 } },
      { ...side, authentication: { ...authentication, mailFrom: 'SUCCESS' } },
    );
    expect(facts).toMatchObject({
      'Envelope sender (Return-Path)': '<ses-1@mail.example.com>',
      'Sending host': 'a8-25.smtp-out.amazonses.com',
      'Counts of the whole campaign at this provider': 'accepted 300, hard 4',
    });
  });

  it('leaves out what is not known, and knows the header of us-east-1', () => {
    const east = { ...side, region: 'us-east-1', authentication: undefined };
    const facts = postmasterEvidence(reported({}), judge(reported({})), undefined, east);
    expect(facts['Message-ID']).toBe('<ses-1@email.amazonses.com>');
    expect(Object.keys(facts)).not.toContain('SMTP reply');
    expect(Object.keys(facts)).not.toContain('Authentication when it was sent');
  });
});
