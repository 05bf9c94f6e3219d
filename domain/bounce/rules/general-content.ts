import { either, type RuleList } from '../rule.ts';

/** What any mail system may say about the mail itself: spam, size, form. */
export const generalContent: RuleList = {
  name: 'content',
  source: 'SpamAssassin, amavis, rspamd, Barracuda, Proofpoint and Cisco rejection texts; RFC 5322',
  rules: [
    {
      id: 'malware',
      reason: 'malware',
      // "Spam or virus" leaves open which: spam is by far the more frequent.
      says: /(?<!spam or )\bvirus(?:es)?\b(?! or spam)|malware|\binfected|\btrojan|\bworm\b|ransomware/,
    },
    // amavis: "Message content rejected, BANNED: .exe".
    { id: 'banned-file', reason: 'attachment_blocked', says: /\bbanned(?: file\w*)?: ?\S/ },
    {
      id: 'spam',
      reason: 'spam_content',
      says: either(
        /(?:message|mail|e-?mail|content|classified|identified|detected|considered|scored|marked|suspected|tagged|rejected|refused|blocked|appears|likely|looks)\b[^.;]{0,60}\b(?:spam|junk|uce|ube|unsolicited|bulk)\b/,
        /\bspam(?:my)?\b[^.;]{0,40}(?:detect|content|message|mail|score|reject|block|classif|identif|filter|suspect|threshold|\bhits\b)/,
        /\bphish|due to possible (?:abuse|spam|fraud)|\bunsolicited\b|mass mail|anti-?spam|spam(?: ?assassin| ?filter)|probability of spam|- spam$/,
        // Japanese and Chinese.
        /迷惑メール|スパム|垃圾邮件|垃圾郵件/,
      ),
    },
    {
      id: 'content',
      reason: 'spam_content',
      says: either(
        /(?:message|mail|e-?mail) content (?:is )?(?:rejected|denied|refused|not accept|blocked)/,
        /content (?:filter|rejected|denied|restriction)/,
        /(?:rejected|blocked|refused|denied) (?:by|due to|because of|for) (?:\w+ ){0,2}(?:content|filter)/,
        /unacceptable (?:content|mail)|objectionable/,
      ),
    },
    {
      id: 'attachment',
      reason: 'attachment_blocked',
      says: either(
        /(?:attachment|file ?(?:type|name|extension)|executable)s? .{0,40}(?:block|not (?:allowed|permitted|accept)|banned|prohibit|forbid|reject|illegal|dangerous)/,
        /(?:illegal|banned|prohibited|forbidden|dangerous) (?:attachment|file|content|extension)/,
        /not accept .{0,40}(?:attachment|executable)/,
        /potential security issue/,
      ),
    },
    {
      id: 'size',
      reason: 'too_large',
      says: either(
        /(?:message|mail|e-?mail|body|attachment|data)s? (?:size|length)? ?(?:is |was |are )?(?:too (?:big|large|long)|exceed|larger than|over the|above|greater)/,
        /(?:message|mail|e-?mail|header|attachment|body)s? (?:size|length).{0,60}(?:exceed|limit|maximum|too|larger)/,
        /exceed(?:s|ed|ing)? .{0,40}(?:message|mail|maximum|max|fixed|allowed|system|administrative).{0,20}(?:size|length|limit)/,
        /larger than the (?:current )?(?:system |size )?limit|max(?:imum)? (?:message|mail) size|message (?:length|size) exceed|(?:number of )?bytes exceed/,
        /too (?:big|large) (?:message|mail)|size exceeds/,
      ),
    },
    {
      id: 'line',
      reason: 'line_too_long',
      says: /line (?:is )?too long|maximum line length|overlong line|lines? (?:longer|exceed)/,
    },
    {
      id: 'not-rfc',
      reason: 'not_rfc',
      says: either(
        /(?:not|non-?) ?(?:in )?(?:compl[iy]\w*|conform\w*) .{0,20}(?:rfc|5[38]22)/,
        /rfc[ -]?[25]?[38]22\b(?!;)/,
        /(?:multiple|duplicate|missing|more than one|no) (?:\w+ ){0,2}(?:header|from:|subject:|date:|message-id)/,
        /(?:header|message) .{0,30}(?:malformed|missing|duplicate)|multiple addresses in (?:the )?from/,
        /headers? fails? syntax check|bare (?:cr|lf|newline)|malformed (?:message|mail|header)/,
      ),
    },
    {
      id: 'format',
      reason: 'content_error',
      says: either(
        /8-?bit data|improper use of|media (?:error|not supported|type)/,
        /(?:mime|charset|character set|encoding|(?<!security )conversion) .{0,40}(?:error|fail|not|invalid|unsupported|bad|prohibit)/,
        /(?:invalid|bad|unsupported) (?:mime|charset|encoding|header|utf-?8|character)|smtputf8/,
        /illegal (?:8-?bit|\d ?bit|character)|8-? ?bit character|non-?ascii|utf-?8 .{0,30}(?:not|unsupported)/,
      ),
    },
  ],
};
