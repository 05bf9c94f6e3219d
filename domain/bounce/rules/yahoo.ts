import type { RuleList } from '../rule.ts';

/** Yahoo and AOL, the classes of its error page. */
export const yahoo: RuleList = {
  name: 'yahoo',
  source: 'https://senders.yahooinc.com/smtp-error-codes/',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'spamhaus', reason: 'dnsbl', says: /\[bl\d+\]|spamhaus/ },
    { id: 'spamhaus-link', reason: 'dnsbl', link: /spamhaus/ },
    { id: 'content', reason: 'spam_content', says: /\[ph\d+\]/ },
    { id: 'dmarc', reason: 'dmarc_reject', says: /dmarc/ },
    { id: 'unauthenticated', reason: 'unauthenticated', says: /sender is unauthenticated/ },
    { id: 'dkim', reason: 'dkim_fail', says: /\bdkim\b|domainkeys/ },
    { id: 'authentication', reason: 'unauthenticated', says: /authentication (?:checks?|failure)|not authenticated|unauthenticated/ },
    { id: 'permanently-deferred', reason: 'ip_blocked', says: /permanently deferred|retrying will not succeed|connections (?:will )?not (?:be )?accepted/ },
    { id: 'unexpected-volume', reason: 'ip_reputation', says: /unexpected volume|user complaints|\[tss?\d+\]/ },
    { id: 'unknown-recipients', reason: 'ip_blocked', says: /excessive unknown recipients/ },
    { id: 'excessive-mail', reason: 'throttled_ip', says: /excessive(?:ly)? (?:high )?(?:volume|unsolicited)|max message per connection|too many (?:messages|connections)/ },
    { id: 'no-account', reason: 'user_unknown', says: /delivery error: dd (?:this user|requested)|this user doesn't have a (?:yahoo|aol)/ },
    { id: 'disabled', reason: 'account_disabled', says: /not accepting mail|account .{0,40}(?:disabled|inactive)|mailbox .{0,40}disabled/ },
    { id: 'full', reason: 'mailbox_full', says: /over ?quota|mailbox (?:is )?full/ },
    { id: 'recipient-rate', reason: 'recipient_rate', says: /receiving mail too quickly|user is receiving/ },
    { id: 'unresolvable-from', reason: 'sender_rejected', says: /unresolvable rfc|(?:mail ?from|from:?) domain .{0,60}(?:resolve|valid|exist)|domain .{0,60}does not exist|not resolve/ },
    { id: 'not-rfc', reason: 'not_rfc', says: /not rfc|rfc.?5322|duplicate header|mime type|(?:malformed|incorrectly formatted) header/ },
    { id: 'bad-header', reason: 'bad_header', says: /header (?:is )?too (?:big|large)|date .{0,40}(?:range|future|past)|cannot be decoded|header value|(?:exotic|forbidden) characters/ },
    { id: 'null-mx-sender', reason: 'sender_rejected', says: /null mx/ },
    { id: 'policy', reason: 'policy', says: /policy reasons|for policy/ },
    { id: 'policy-code', reason: 'policy', codes: '5.7.9' },
    { id: 'busy', reason: 'receiver_error', says: /resources temporarily|internal server error|temporary (?:domain )?failure|service not available/ },
    { id: 'deferred', reason: 'ip_reputation', says: /temporarily deferred/ },
  ],
};
