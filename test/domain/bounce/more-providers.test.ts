import { explainBounce } from '../../../domain/bounce/explain.ts';

const mimecast = 'us-smtp-inbound-1.mimecast.com';
const trendMicro = 'example.in.tmes.trendmicro.com';

/** Answers as the providers document them: where to, by which host, what was said, rule and reason. */
const answers: readonly (readonly [to: string, host: string, text: string, rule: string, code: string])[] = [
  [
    'mail.ru',
    '',
    '550 Message was not accepted -- invalid mailbox. Local mailbox taro@mail.ru is unavailable: account is disabled',
    'mail-ru/disabled',
    'account_disabled',
  ],
  [
    'mail.ru',
    '',
    'Message was not accepted -- invalid mailbox. Local mailbox taro@mail.ru is unavailable: user not found',
    'mail-ru/unknown-user',
    'user_unknown',
  ],
  [
    'yandex.ru',
    '',
    '550 5.7.1 Policy rejection on the target address',
    'yandex/disabled',
    'account_disabled',
  ],
  // The step, where it is told, is surer than the form of the answer.
  [
    'ezweb.ne.jp',
    '',
    'host lsean.ezweb.ne.jp[192.0.2.1] said: 550 : User unknown (in reply to RCPT TO command)',
    'kddi/unknown-user-rcpt',
    'user_unknown',
  ],
  [
    'ezweb.ne.jp',
    '',
    'host lsean.ezweb.ne.jp[192.0.2.1] said: 550 : User unknown (in reply to end of DATA command)',
    'kddi/filter',
    'recipient_filter',
  ],
  ['yandex.ru', '', '550 5.7.1 No such user!', 'yandex/unknown-user', 'user_unknown'],
  ['example.com', 'mx.yandex.net', '550 5.7.1 No such user!', 'yandex/unknown-user', 'user_unknown'],
  ['ya.ru', '', '501 5.1.3 Bad recipient address syntax', 'yandex/syntax', 'address_syntax'],
  ['yandex.com', '', '552 5.2.2 Mailbox size limit exceeded', 'yandex/full', 'mailbox_full'],
  ['yandex.com', '', '554 5.7.1 Message rejected under suspicion of SPAM', 'yandex/spam', 'spam_content'],
  ['163.com', '', '421 HL:REP 163 smtp1,mail.example.com', 'netease/blocked', 'ip_blocked'],
  ['163.com', '', '421 HL:ICC 163 smtp1', 'netease/connections', 'too_many_connections'],
  ['163.com', '', '421 HL:IFC 163 smtp1', 'netease/rate', 'throttled_ip'],
  ['163.com', '', '450 RP:DRC 163 smtp1', 'netease/recipients', 'too_many_recipients'],
  ['126.com', '', '451 MI:SFQ 126 smtp1', 'netease/rate-sender', 'throttled_domain'],
  ['126.com', '', '450 MI:CEL 126 smtp1', 'netease/commands', 'protocol_error'],
  ['163.com', '', '450 DT:RBL 163 smtp1', 'netease/block-list', 'dnsbl'],
  ['163.com', '', '554 DT:SPM 163 smtp1', 'netease/spam', 'spam_content'],
  ['163.com', '', '450 WM:BLU 163 smtp1', 'netease/sender', 'sender_rejected'],
  ['sina.com', '', '550 user is locked.', 'sina/disabled', 'account_disabled'],
  ['sina.com', '', '550 mailbox unavailable.', 'sina/unknown-user', 'user_unknown'],
  ['sina.com', '', '450 mailbox unavailable.', 'sina/busy', 'receiver_error'],
  ['sina.com', '', '550 black ip.', 'sina/blocked', 'ip_blocked'],
  ['sina.com', '', '552 message rejected by anti-spam engine.', 'sina/spam', 'spam_content'],
  ['gmx.net', '', '421 Reject due to policy violations', 'gmx/policy-for-now', 'ip_blocked'],
  ['gmx.net', '', '550 Reject due to policy restrictions', 'gmx/policy', 'policy'],
  [
    'example.com',
    'mx00.kundenserver.de',
    '550 Requested action not taken: mailbox unavailable',
    'gmx/unknown-user',
    'user_unknown',
  ],
  [
    'example.com',
    '',
    '554-gmx.net (mxgmx104) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is block listed.',
    'gmx/block-list',
    'dnsbl',
  ],
  ['comcast.net', '', '554 Comcast block for spam.', 'comcast/block-list', 'ip_blocked'],
  [
    'comcast.net',
    '',
    '550 See http://postmaster.comcast.net/smtp-error-codes.php#BL000001',
    'comcast/block-list-link',
    'ip_blocked',
  ],
  ['cox.net', '', '554 Blocked. AUP#CXBL', 'cloudfilter/block-list', 'ip_blocked'],
  ['cox.net', '', '554 Blocked. AUP#IPBL0001', 'cloudfilter/dnsbl', 'dnsbl'],
  ['cox.net', '', '550 message rejected. AUP#CXSNDR', 'cloudfilter/authentication', 'unauthenticated'],
  [
    'charter.net',
    '',
    '554 dnvrco-cmimta15 ESMTP server not available AUP#I-1010',
    'cloudfilter/block-list',
    'ip_blocked',
  ],
  ['example.com', mimecast, '550 Envelope blocked - User Entry', 'mimecast/user-entry', 'recipient_filter'],
  [
    'example.com',
    mimecast,
    '550 Rejected by header based manually Blocked Senders: news@example.com',
    'mimecast/blocked-senders',
    'sender_rejected',
  ],
  [
    'example.com',
    mimecast,
    '550 Exceeding inbound thread limit',
    'mimecast/connections',
    'too_many_connections',
  ],
  ['example.com', mimecast, '451 IP temporarily blacklisted', 'mimecast/blocked', 'ip_blocked'],
  [
    'example.com',
    trendMicro,
    '554 5.7.1 <taro@example.com>: Recipient address rejected: BLOCK-SEND-ER.',
    'trend-micro/blocked-sender',
    'sender_rejected',
  ],
  [
    'example.com',
    trendMicro,
    '554 5.7.1 <taro@example.com>: Recipient address rejected: Invalid-Recipient.',
    'trend-micro/unknown-user',
    'user_unknown',
  ],
];

it.each(answers)('%s %s: %s', (destination, remoteMta, diagnosticCode, ruleId, code) => {
  expect(explainBounce({ destination, remoteMta, diagnosticCode })).toMatchObject({ ruleId, code });
});
