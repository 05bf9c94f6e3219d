import type { RuleList } from '../rule.ts';

/** iCloud Mail. */
export const apple: RuleList = {
  name: 'apple',
  source: 'https://support.apple.com/102322',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'dmarc', reason: 'dmarc_reject', says: /dmarc/ },
    { id: 'ptr', reason: 'ptr_missing', says: /reverse dns|\bptr\b/ },
    { id: 'link', reason: 'url_reputation', says: /domain present in|spamhaus dbl/ },
    { id: 'dnsbl', reason: 'dnsbl', says: /spamhaus|proofpoint/ },
    { id: 'full', reason: 'mailbox_full', says: /over ?quota|mailbox (?:is )?full/ },
    { id: 'inactive', reason: 'account_disabled', says: /inactive (?:e?mail )?address|account .{0,20}(?:inactive|disabled)/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /user (?:does not exist|unknown)|no such user/ },
    { id: 'rate', reason: 'throttled_ip', says: /excessive volume|too many (?:messages|connections)/ },
    { id: 'local-policy', reason: 'spam_content', says: /\[(?:cs|hm)\d\d\]|local policy/, sisimai: 'policyviolation', confidence: 'medium' },
    { id: 'not-accepting', reason: 'ip_blocked', says: /not accepting connections|too many errors/ },
    { id: 'busy', reason: 'receiver_error', says: /service unavailable|try again later/ },
  ],
};
