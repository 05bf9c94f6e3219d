import type { RuleList } from '../rule.ts';

/** NetEase (163.com, 126.com): two letters and three stand for the check that failed. */
export const netease: RuleList = {
  name: 'netease',
  source: 'https://help.mail.163.com/',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'spf', reason: 'spf_fail', says: /\bmi:spf\b/ },
    { id: 'dmarc', reason: 'dmarc_reject', says: /\b(?:mi|dt):dma\b/ },
    { id: 'block-list', reason: 'dnsbl', says: /\bdt:rbl\b|\b(?:mi|wm):(?:bli|stc)\b/ },
    // Too many unknown recipients, forged domains of senders, or not on the list of those that may send.
    { id: 'blocked', reason: 'ip_blocked', says: /\bhl:(?:rep|mep|ihu|ipb)\b/, action: 'slow' },
    { id: 'connections', reason: 'too_many_connections', says: /\bhl:icc\b/ },
    { id: 'recipients', reason: 'too_many_recipients', says: /\brp:drc\b/ },
    { id: 'rate-sender', reason: 'throttled_domain', says: /\bmi:(?:sfq|rfq)\b|\brp:qrc\b/ },
    { id: 'rate', reason: 'throttled_ip', says: /\bhl:if[cq]\b|\bmi:dmc\b/ },
    { id: 'commands', reason: 'protocol_error', says: /\b(?:mi|rp):c[ec]l\b/ },
    { id: 'spam', reason: 'spam_content', says: /\bdt:(?:spm|sum)\b/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /user not (?:exist|found)|mailbox (?:not found|unavailable)/, step: 'rcpt' },
    { id: 'sender', reason: 'sender_rejected', says: /\bmi:(?:mep|ndc|spb)\b|\bwm:blu\b/ },
  ],
};

/** Sina Mail. */
export const sina: RuleList = {
  name: 'sina',
  source: 'https://blog.sina.com.cn/s/blog_8dc13ec50101fxxr.html',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'disabled', reason: 'account_disabled', says: /user is locked/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /mailbox unavailable/, reply: '550' },
    { id: 'blocked', reason: 'ip_blocked', says: /black ip|openrelay check|smtpport check/ },
    { id: 'spam', reason: 'spam_content', says: /anti-spam engine|too many same size mails/ },
    { id: 'sender', reason: 'sender_rejected', says: /denies the sender|mail from invalid|sender is unvalidated|black mail address|mail address invalid/ },
    { id: 'busy', reason: 'receiver_error', says: /mailbox unavailable|queue unavailable|temporary error/ },
  ],
};

/** QQ Mail and Tencent Exmail. */
export const tencent: RuleList = {
  name: 'tencent',
  source: 'https://service.mail.qq.com/detail/122/172',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'rate-ip', reason: 'too_many_connections', says: /(?:ip|connection) frequency limited/ },
    { id: 'rate-sender', reason: 'throttled_domain', says: /(?:domain|sender) frequency limited/ },
    { id: 'spam', reason: 'spam_content', says: /mail content denied|suspected (?:bounce|spam)|spam/ },
    { id: 'dmarc', reason: 'dmarc_reject', says: /dmarc check failed/ },
    { id: 'spf', reason: 'spf_fail', says: /spf check failed/ },
    { id: 'blocked', reason: 'ip_blocked', says: /connection denied|suspected spam ip|not allow(?:ed)? .{0,20}ip/ },
    { id: 'sender', reason: 'sender_rejected', says: /invalid sender|sender .{0,20}denied/ },
    { id: 'recipient-rejects', reason: 'recipient_filter', says: /rejected by recipient/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /mailbox not found|no such user/ },
    { id: 'recipient-rate', reason: 'recipient_rate', says: /mailbox unavailable or access denied/ },
    { id: 'full', reason: 'mailbox_full', says: /quota|mailbox space/ },
  ],
};
