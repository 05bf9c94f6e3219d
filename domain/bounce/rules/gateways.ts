import type { RuleList } from '../rule.ts';

export const mimecast: RuleList = {
  name: 'mimecast',
  source:
    'https://mimecastsupport.zendesk.com/hc/en-us/articles/34000709564691-Policies-Mimecast-SMTP-Error-Codes',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'dmarc', reason: 'dmarc_reject', says: /dmarc/ },
    { id: 'dkim', reason: 'dkim_fail', says: /dkim/ },
    { id: 'spf', reason: 'spf_fail', says: /\bspf\b/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /invalid recipient|recipient (?:address )?(?:unknown|not found)/ },
    // The recipient's own list, not that of the organisation.
    { id: 'user-entry', reason: 'recipient_filter', says: /envelope blocked - user entry/ },
    { id: 'blocked-senders', reason: 'sender_rejected', says: /manually blocked senders|envelope rejected/ },
    { id: 'spam', reason: 'spam_content', says: /spam|email rejected due to security|content examination/ },
    { id: 'virus', reason: 'malware', says: /virus|malware/ },
    { id: 'host-network', reason: 'policy', says: /host network not allowed|administrative prohibition|anti-spoofing|envelope blocked|email rejected/ },
    { id: 'greylist', reason: 'greylisted', says: /internal resource(?:s are)? temporarily unavailable/ },
    { id: 'blocked', reason: 'ip_blocked', says: /sender address blocked|poor reputation|open relay not allowed|rbl|temporarily blacklisted/ },
    { id: 'connections', reason: 'too_many_connections', says: /thread limit|maximum connections/ },
    { id: 'tls', reason: 'tls_required', says: /tls/ },
    { id: 'busy', reason: 'receiver_error', says: /unable to process|(?:service|recipient) (?:is )?temporarily unavailable/ },
  ],
};

/** Symantec's MessageLabs. */
export const messageLabs: RuleList = {
  name: 'messagelabs',
  source: 'https://knowledge.broadcom.com/external/article/150811',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'invalid-recipient', reason: 'user_unknown', says: /invalid recipient|542 @ rejected/ },
    { id: 'smtp-auth', reason: 'auth_required', says: /smtp authentication|is not permitted to relay/ },
    { id: 'spam', reason: 'spam_content', says: /you'?re sending spam|message filtered|553-?spam|suspected spam/ },
    { id: 'blocked', reason: 'ip_blocked', says: /connection (?:was )?(?:rejected|refused)|blocked by messagelabs|501 connection rejected/ },
  ],
};

/** Trend Micro Email Security: a word in capitals names the rule. */
export const trendMicro: RuleList = {
  name: 'trend-micro',
  source: 'https://github.com/ActiveCampaign/smtp-field-manual',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'blocked-sender', reason: 'sender_rejected', says: /rejected: block-send-er/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /rejected: invalid-recipient/ },
    { id: 'blocked-recipient', reason: 'policy', says: /rejected: (?:block-rcpt|no-domain)/ },
  ],
};
