import type { RuleList } from '../rule.ts';

/** au, UQ mobile and au one net. The answer to a refused RCPT names the address; the one after DATA, by a filter, does not. */
export const kddi: RuleList = {
  name: 'kddi',
  source: 'https://www.au.com/mobile/service/attention/specification/',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'unknown-user-rcpt', reason: 'user_unknown', says: /user unknown/, step: 'rcpt' },
    { id: 'filter', reason: 'recipient_filter', says: /(?:^|550[ :]*|response was: )(?:5\.[012]\.0 )?: user unknown/, confidence: 'medium' },
    { id: 'filter-at-data', reason: 'recipient_filter', says: /user unknown/, step: 'data', confidence: 'medium' },
    { id: 'unknown-user', reason: 'user_unknown', says: /<@>:? ?(?:\.\.\. ?)?user unknown/ },
    { id: 'rejected-recipient', reason: 'user_unknown', says: /recipient address rejected/, step: 'rcpt' },
    { id: 'address-format', reason: 'address_syntax', says: /relay access denied/ },
    { id: 'limited', reason: 'mailbox_full', says: /account is temporarily limited/, confidence: 'medium' },
    { id: 'too-large', reason: 'too_large', says: /too (?:large|big)|size exceeds/ },
    { id: 'too-many-recipients', reason: 'too_many_recipients', says: /too many recipients/ },
    { id: 'no-sender-domain', reason: 'sender_rejected', says: /domain not found|sender address rejected/ },
    { id: 'blocked', reason: 'ip_blocked', says: /connection (?:reset|refused)|access denied/, confidence: 'medium' },
  ],
};
