import type { RuleList } from '../rule.ts';

/** Until then a filter of the recipient was answered like an unknown address; since then it is accepted and filed as spam. */
const unambiguous = '2025-03-13';

/** NTT docomo. */
export const docomo: RuleList = {
  name: 'docomo',
  source: 'https://www.docomo.ne.jp/service/docomo_mail/smtp_notice/',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'full', reason: 'mailbox_full', says: /too much mail data/ },
    { id: 'line-too-long', reason: 'line_too_long', says: /line too long/ },
    { id: 'too-many-recipients', reason: 'too_many_recipients', says: /too many recipients/ },
    { id: 'unknown-user-rcpt', reason: 'user_unknown', says: /unknown user/, step: 'rcpt' },
    { id: 'filter-until-2025', reason: 'recipient_filter', says: /unknown user/, step: 'data', until: unambiguous, sisimai: 'rejected', confidence: 'medium' },
    { id: 'unknown-or-filter-until-2025', reason: 'recipient_filter', says: /unknown user/, until: unambiguous, confidence: 'low' },
    { id: 'unknown-user-2025', reason: 'user_unknown', says: /unknown user/, from: unambiguous },
    { id: 'blocked', reason: 'ip_blocked', reply: '421', confidence: 'medium' },
    { id: 'busy', reason: 'receiver_error', reply: '451 452', confidence: 'medium' },
  ],
};
