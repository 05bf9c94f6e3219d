import type { RuleList } from '../rule.ts';

const source = 'https://www.iana.org/assignments/smtp-enhanced-status-codes';

/** Nothing of what makes the code of an unknown mailbox doubtful: words about the sender, its server, or the mail. */
const notOfUs =
  /^(?!.*\b(?:spam\w*|reputation|black ?list\w*|block ?list\w*|gr[ae]y-? ?list\w*|spf|dkim|dmarc|sender address|relay access|relaying|rate limit\w*|dictionary attack|too many invalid|content rejected|polic(?:y|ies)|your (?:ip|host|server))\b)/;

/** Codes that name one thing, of RFC 3463, RFC 7372 and the IANA registry: they count before any general text. */
export const preciseCodes: RuleList = {
  name: 'code',
  source,
  // biome-ignore format: a rule a line
  rules: [
    // Postfix still asks the next server, or could not: that says nothing of the mailbox.
    { id: 'unverified-for-now', reason: 'user_unknown', codes: '4.x.x', says: /unverified address/, action: 'retry', confidence: 'medium' },
    // Filters and gateways refuse us, or this mail, with this code too.
    { id: 'mailbox', reason: 'user_unknown', codes: 'x.1.1', says: notOfUs },
    // Exchange means an unknown mailbox by it, RFC 7505 a null MX.
    { id: 'mailbox-exchange', reason: 'user_unknown', codes: '5.1.10', says: /not ?found|resolver/ },
    { id: 'host', reason: 'domain_unknown', codes: '5.1.2', says: /^(?!.*\b(?:sender|helo|ehlo|try again|dns lookup)\b)/ },
    { id: 'syntax', reason: 'address_syntax', codes: '5.1.3', says: /^(?!.*\bsender\b)/ },
    { id: 'moved', reason: 'address_moved', codes: '5.1.6' },
    { id: 'sender', reason: 'sender_rejected', codes: 'x.1.7 x.1.8' },
    { id: 'full', reason: 'mailbox_full', codes: 'x.2.2' },
    { id: 'mailbox-size', reason: 'mailbox_size_limit', codes: 'x.2.3' },
    { id: 'size', reason: 'too_large', codes: 'x.3.4' },
    { id: 'not-accepting', reason: 'null_mx', codes: '5.3.2' },
    { id: 'loop', reason: 'routing_loop', codes: 'x.4.6' },
    { id: 'recipients', reason: 'too_many_recipients', codes: 'x.5.3' },
    { id: 'dkim', reason: 'dkim_fail', codes: 'x.7.20 x.7.21 x.7.22' },
    { id: 'spf', reason: 'spf_fail', codes: 'x.7.23 x.7.24' },
    { id: 'ptr', reason: 'ptr_missing', codes: 'x.7.25' },
    { id: 'authentication', reason: 'unauthenticated', codes: 'x.7.26' },
    { id: 'null-mx', reason: 'null_mx', codes: 'x.1.10' },
    // RFC 7293: the mailbox, or its domain, belongs to somebody else now.
    { id: 'owner', reason: 'address_moved', codes: '5.7.17 5.7.18' },
  ],
};

/** Codes that name a field only: what is left when no text said more. Nobody is given up on them. */
export const vagueCodes: RuleList = {
  name: 'code',
  source,
  // biome-ignore format: a rule a line
  rules: [
    { id: 'address', reason: 'user_unknown', codes: 'x.1.0 x.1.4', action: 'ask_user', confidence: 'low' },
    { id: 'host-for-now', reason: 'dns_temp', codes: '4.1.2', confidence: 'low' },
    { id: 'relayed', reason: 'protocol_error', codes: 'x.1.9', confidence: 'low' },
    { id: 'disabled', reason: 'account_disabled', codes: 'x.2.1', confidence: 'medium' },
    { id: 'mailbox-other', reason: 'recipient_filter', codes: 'x.2.x', confidence: 'low' },
    { id: 'system-full', reason: 'receiver_full', codes: 'x.3.1' },
    { id: 'system', reason: 'receiver_error', codes: 'x.3.x', confidence: 'medium' },
    { id: 'no-answer', reason: 'receiver_down', codes: 'x.4.1' },
    { id: 'dns', reason: 'dns_temp', codes: 'x.4.3', confidence: 'medium' },
    { id: 'no-route', reason: 'domain_unknown', codes: '5.4.4', action: 'retry', confidence: 'low' },
    { id: 'expired', reason: 'expired', codes: 'x.4.7' },
    { id: 'network', reason: 'network_error', codes: 'x.4.x', confidence: 'medium' },
    { id: 'protocol', reason: 'protocol_error', codes: 'x.5.1 x.5.2 x.5.4 x.5.5', confidence: 'medium' },
    { id: 'format', reason: 'content_error', codes: 'x.6.x', confidence: 'medium' },
    { id: 'no-mx-of-sender', reason: 'sender_rejected', codes: 'x.7.27', confidence: 'medium' },
    { id: 'flood', reason: 'throttled_ip', codes: 'x.7.28', confidence: 'medium' },
    { id: 'arc', reason: 'unauthenticated', codes: 'x.7.29', confidence: 'medium' },
    { id: 'account', reason: 'account_disabled', codes: 'x.7.13', confidence: 'medium' },
    { id: 'tls', reason: 'tls_required', codes: '5.7.10 5.7.11 x.7.30', confidence: 'medium' },
    { id: 'security-other', reason: 'policy', codes: 'x.7.0', confidence: 'low' },
    { id: 'login', reason: 'auth_required', codes: '5.7.8', confidence: 'low' },
    { id: 'security', reason: 'access_denied', codes: 'x.7.x', confidence: 'low' },
  ],
};
