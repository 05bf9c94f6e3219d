import type { RuleList } from '../rule.ts';

/** Cox and Spectrum, both behind Cloudmark's gateway: what counts is the code after `AUP#`. */
export const cloudfilter: RuleList = {
  name: 'cloudfilter',
  source: 'https://www.cox.com/residential/support/email-error-codes.html',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'dnsbl', reason: 'dnsbl', says: /aup#ipbl\d{4}/ },
    { id: 'block-list', reason: 'ip_blocked', says: /aup#(?:cd|cx|sh)?(?:rbl|bl|blk|ipblock)\b|aup#(?:i-|in-|out-)?10\d\d\b/ },
    { id: 'authentication', reason: 'unauthenticated', says: /aup#cxsndr\b/ },
    { id: 'ptr', reason: 'ptr_missing', says: /aup#(?:cx)?dns\b/ },
    { id: 'connections', reason: 'too_many_connections', says: /aup#(?:cx)?cnct\b|aup#(?:in-|out-)?1[23]\d\d\b/ },
    { id: 'rate', reason: 'throttled_ip', says: /aup#(?:cx)?mxrt\b/ },
    { id: 'content', reason: 'spam_content', says: /aup#(?:cx)?mj\b/ },
    { id: 'sender', reason: 'sender_rejected', says: /sender rejected/, confidence: 'medium' },
  ],
};

export const comcast: RuleList = {
  name: 'comcast',
  source: 'https://postmaster.comcast.net/smtp-error-codes.php',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'ptr', reason: 'ptr_missing', says: /ptr record|reverse dns/ },
    { id: 'block-list', reason: 'ip_blocked', says: /\b(?:bl|es)\d{6}\b|block(?:ed)? for spam/ },
    { id: 'block-list-link', reason: 'ip_blocked', link: /#(?:bl|es)\d{6}/ },
    { id: 'dmarc-link', reason: 'dmarc_reject', link: /#dm\d{6}/ },
    { id: 'rate', reason: 'throttled_ip', says: /\brl\d{6}\b|too many sessions/ },
    { id: 'full', reason: 'mailbox_full', says: /over quota/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /not our customer|invalid recipient/ },
  ],
};

export const facebook: RuleList = {
  name: 'facebook',
  source: 'http://postmaster.facebook.com/response_codes',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'recipient-preferences', reason: 'recipient_filter', says: /\brcp-p2\b|recipient preferences/ },
    { id: 'no-recipient', reason: 'user_unknown', says: /\brcp-p[13]\b/ },
    { id: 'sender-domain', reason: 'sender_rejected', says: /\bdns-p\d\b/ },
    { id: 'policy', reason: 'policy', says: /\bpol-p\d\b/ },
    { id: 'internal', reason: 'receiver_error', says: /\bint-t\d\b/ },
  ],
};

/** GMX, WEB.DE and mail.com: no enhanced codes, the text or the link names the case. */
export const gmx: RuleList = {
  name: 'gmx',
  source: 'https://postmaster.gmx.net/en/error-messages',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'ptr', reason: 'ptr_missing', says: /dns ptr|rdns/ },
    { id: 'ptr-link', reason: 'ptr_missing', link: /c=rdns/ },
    { id: 'block-list', reason: 'dnsbl', says: /block ?list|black ?list/ },
    { id: 'spf', reason: 'spf_fail', says: /spf policy/ },
    { id: 'rate', reason: 'throttled_ip', says: /rate limit|too many/ },
    // For a while only: too many unknown recipients, or a name in HELO that keeps changing.
    { id: 'policy-for-now', reason: 'ip_blocked', says: /policy violation/, reply: '421 450', action: 'slow' },
    { id: 'policy', reason: 'policy', says: /policy violation|policy restriction/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /mailbox unavailable/, reply: '550' },
  ],
};

export const laposte: RuleList = {
  name: 'laposte',
  source: 'https://postmaster.laposte.net/',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'unknown-user', reason: 'user_unknown', says: /lpn\d{3}_416|adresse destinataire invalide|invalid recipient/ },
    { id: 'disabled', reason: 'account_disabled', says: /lpn\d{3}_42[0-9]|compte du destinataire est bloque|recipient account is blocked/ },
    { id: 'dmarc', reason: 'dmarc_reject', says: /lpn\d{3}_517|dmarc/ },
    { id: 'sender', reason: 'sender_rejected', says: /lpn\d{3}_405|emetteur invalide/ },
    { id: 'rate', reason: 'too_many_connections', says: /lpn\d{3}_104|trop de connexions|too many connections/ },
    { id: 'refused', reason: 'policy', says: /lpn\d{3}_(?:510|6\d\d)|client host rejected: #/ },
    { id: 'later', reason: 'ip_blocked', says: /lpn\d{3}_503|service refuse/ },
  ],
};

export const orange: RuleList = {
  name: 'orange',
  source: 'https://postmaster.orange.fr/',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'unknown-user', reason: 'user_unknown', says: /ofr\d{0,3}_416|destinataire invalide|invalid recipient/ },
    { id: 'full', reason: 'mailbox_full', says: /ofr\d{0,3}_417|boite pleine|over quota/ },
    { id: 'disabled', reason: 'account_disabled', says: /ofr\d{0,3}_(?:418|415)|boite (?:inactive|suspendue)|mailbox (?:disabled|inactive)/ },
    { id: 'block-list', reason: 'ip_blocked', says: /ofr\d{0,3}_(?:102|103|109)|bloquee|blocked for spamming/ },
    { id: 'rate', reason: 'too_many_connections', says: /ofr\d{0,3}_104|trop de connexions/ },
    { id: 'later', reason: 'ip_blocked', action: 'slow', says: /ofr\d{0,3}_(?:105|108|999)|service refuse/ },
    { id: 'sender', reason: 'sender_rejected', says: /ofr\d{0,3}_(?:305|402|405)|emetteur invalide|invalid sender/ },
    { id: 'too-large', reason: 'too_large', says: /ofr\d{0,3}_514|taille/ },
    { id: 'spam', reason: 'spam_content', says: /ofr\d{0,3}_5\d\d|mail rejete/ },
  ],
};

/** Zoho Mail. */
export const zoho: RuleList = {
  name: 'zoho',
  source: 'https://www.zoho.com/mail/help/adminconsole/bounce-emails.html',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'dmarc', reason: 'dmarc_reject', says: /dmarc/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /(?:invalid|unknown) (?:email )?recipients?|no such user/, step: 'rcpt' },
    { id: 'policy', reason: 'recipient_filter', says: /policy violation/, confidence: 'medium' },
    { id: 'greylist', reason: 'greylisted', says: /greylisted/ },
    { id: 'spam', reason: 'spam_content', says: /spam|content/ },
  ],
};
