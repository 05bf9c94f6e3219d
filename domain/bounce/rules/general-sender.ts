import { either, type RuleList } from '../rule.ts';

/** What any mail system may say about the sender: block lists, reputation, rates, addresses. */
export const generalSender: RuleList = {
  name: 'sender',
  source: 'Postfix access(5) and postconf(5), Exim ACLs, Sendmail cf/README, texts of public block lists',
  rules: [
    // Exim's greylistd does not use the word.
    { id: 'greylist', reason: 'greylisted', says: /gr[ae]y-? ?list|not yet authori[sz]ed to deliver/ },
    {
      id: 'link-list',
      reason: 'url_reputation',
      says: either(
        /\b(?:surbl|uribl|ivmuri|multi\.surbl|dbl)\b|spamvertised/,
        /(?:url|link|uri)s? .{0,40}(?:black ?list|block ?list|listed|blocked)/,
        /(?:suspicious|malicious|dangerous|black ?-?listed) (?:link|url|uri)/,
      ),
    },
    {
      id: 'sender-listed',
      reason: 'sender_rejected',
      says: either(
        /(?:sending|sender|from|mailing) .{0,30}(?:address|domain)[^.]{0,30}(?:black ?list|block ?list|banned|barred|blocked)/,
        /(?:black ?listed|blocked|banned) sender|denies the sender/,
        /\byour (?:e-?mail )?(?:address|domain) (?:is |was |has been )?(?:black ?listed|blocked|banned)/,
        /sender(?:'?s)? .{0,40}(?:black ?list|block ?list|blocked|banned)/,
      ),
    },
    {
      id: 'dnsbl',
      reason: 'dnsbl',
      says: either(
        /spamhaus|spamcop|sorbs|barracudacentral|abuseat|mailspike|uceprotect|invaluement/,
        /spamrats|backscatterer|surriel|senderbase|senderscore|trendmicro|mail-abuse|abusix/,
        /cloudmark|\bnjabl\b|ordb\.|dsbl\.|\brbls?\b|\b[a-z]*dnsbl\b/,
        /\b(?:cbl|xbl|sbl|pbl|zen|psbl)\b|real-?time (?:black|block)/,
      ),
    },
    {
      id: 'dnsbl-listed',
      reason: 'dnsbl',
      says: either(
        /\b(?:listed|blocked|rejected|refused|denied|found) (?:in|at|by|using|on|via) [a-z0-9.-]{0,60}(?:black|block|deny|reject|bad)[ -]?list/,
        /black ?-?listed|\b(?:found|listed) (?:on|in) (?:a|an|the|our|any) (?:\w+ )?(?:black|block|deny) ?-?list/,
        /(?:ip|host|server|client|address|you) .{0,60}(?:is|are|was|were|been) (?:on|in) .{0,30}(?:black|block|deny) ?-?list/,
      ),
    },
    {
      id: 'dnsbl-link',
      reason: 'dnsbl',
      link: /spamhaus|spamcop|sorbs|barracudacentral|abuseat|dnsbl|\/rbl|blocklist|blacklist|csi\.cloudmark|ipcheck\.proofpoint/,
      says: /block|reject|refus|denied|listed|spam/,
    },
    {
      id: 'ip-reputation',
      reason: 'ip_reputation',
      says: either(
        /(?:bad|poor|low|very low|negative) (?:sender |ip |domain |web )?(?:reputation|score)/,
        /reputation (?:of|is|for|score|too)|\breputation\b/,
      ),
    },
    // A closed port: the server is down, or drops those that it does not want.
    {
      id: 'refused-connection',
      reason: 'receiver_down',
      says: /connection refused(?! (?:due|because))/,
      sisimai: 'blocked',
      confidence: 'low',
    },
    {
      id: 'ip-banned',
      reason: 'ip_blocked',
      says: either(
        /not (?:allowed|permitted|authori[sz]ed) to connect|banned (?:sending )?ip|connection (?:was |is |has been )?(?:rejected|denied|blocked)/,
        /access to .{1,80} has been (?:rejected|denied|blocked)/,
        /(?:fail\w*|invalid|bad|reject\w*)\b[^.;]{0,30}\b(?:helo|ehlo)\b/,
        /blocked for (?:\w+ )?(?:abuse|spam)|(?:\bip\b|host|client|server|network|address)[^.;]{0,40} blocked (?:due to|because of) (?:\w+ ){0,2}(?:abuse|spam)/,
        /on our (?:block|black) ?list/,
        /blocked (?:by|in) (?:our )?(?:ldap|firewall|policy|access)/,
        /(?:helo|ehlo)\b[^.;]{0,40}(?:reject|invalid|bad|fail|denied|not |mismatch|fully|forged|required)/,
        /(?:bad|invalid|forged) (?:helo|ehlo)|use (?:the|your) (?:smtp|mail) server of your/,
        // Sendmail's greeting to a client that its access map rejects.
        /e?smtp not accepting (?:messages|connections)/,
        // Deutsche Telekom, postmaster.t-online.de, to addresses of ill repute.
        /a problem occurred\. \(ask your postmaster/,
        /(?:smtp|mail) server of your (?:isp|provider)|dynamic (?:ip|address|host|range)|residential/,
        /dial-?up/,
        /(?:no|not|n't) accept(?:ing)? (?:any )?(?:connections|mail from (?:your|this|dynamic))/,
        /too many (?:errors|invalid|unknown|bad|failed)/,
      ),
    },
    { id: 'temporarily-rejected', reason: 'receiver_error', says: /server temporarily rejected message/ },
    {
      id: 'ip-refused',
      reason: 'ip_blocked',
      says: /(?:\bip\b|ip address|client|host|hostname|server|network|\[#\]|\b#)[^.;]{0,40}\b(?:is |was |has been |are )?(?:blocked|banned|rejected|denied|refused|bloqu\w+|prohibited|forbidden|not (?:allowed|authorized|welcome|accepted|trusted))/,
    },

    {
      id: 'connections',
      reason: 'too_many_connections',
      says: either(
        /(?:too many|maximum|max|concurrent|simultaneous|excessive|number of) (?:\w+ ){0,3}(?:connections?|sessions?|connects)/,
        /connections? (?:\w+ ){0,2}(?:rate|frequency|limit)/,
        /(?:connection|session)s? .{0,20}limit (?:exceeded|reached)|frequency limited/,
        /too many connect/,
      ),
    },
    {
      id: 'recipients',
      reason: 'too_many_recipients',
      says: either(
        /too many (?:rcpts?\b|recipients|addressees|destinations)/,
        /(?:recipients?|rcpts?) (?:limit|count) (?:exceeded|reached)/,
        /maximum (?:number of )?recipients/,
      ),
    },
    {
      id: 'recipient-rate',
      reason: 'recipient_rate',
      says: either(
        /receiving (?:e?mail|messages) (?:too quickly|at a rate)/,
        /(?:user|mailbox|recipient|account) .{0,40}(?:too (?:much|many) (?:e?mail|messages)|rate limit|message rate)/,
      ),
    },
    {
      id: 'rate',
      reason: 'throttled_ip',
      says: either(
        /rate[- ]?limit|limit(?:ing)? (?:the )?rate/,
        /(?:message|sending|mail|hourly|daily|rate|delivery) (?:\w+ ){0,2}limit (?:has been )?(?:exceed|reach)/,
        /too (?:many|much) (?:messages|mails?|e-?mails?)/,
        /(?:sending|send|mailing) too (?:fast|many|much|quickly)|throttl|slow down|\brate (?:for .{1,40} )?(?:is |was )?(?:exceeded|too high)/,
        /exceeded .{0,30}(?:rate|messages (?:per|allowed)|(?:per|each|an) (?:hour|minute|day))|unusual rate/,
        /unexpected volume|(?:temporarily )?deferred due to/,
      ),
    },

    {
      id: 'sender-domain',
      reason: 'sender_rejected',
      says: either(
        /domain of sender|sender'?s? (?:address )?domain/,
        /(?:unrout\w+|unresolvable|invalid|bad|unknown|forged|fake|illegal|undeliverable|missing) (?:envelope |return |mail ?)?(?:sender|from|return-path)\b(?! header)/,
        /sender (?:address|domain|verif|e-?mail|identity)|sender (?:is |was |has been )?(?:unknown|denied|refused|rejected|invalid|blocked|not (?!on\b|in\b))/,
        /(?:from|mail from|return)\b.{0,10}(?:domain|address).{0,40}(?:invalid|not (?:be )?(?:exist|valid|found|resolv|allowed|accept)|rejected|refused)/,
        /purported responsible/,
        /from:? ?(?:address|domain|header)? ?(?:is )?(?:invalid|not (?:valid|allowed))|callback/,
        /call-?out/,
      ),
    },
    {
      id: 'membership',
      reason: 'sender_rejected',
      says: either(
        /(?:not a |only |non-?)members? /,
        /(?:not allowed|permission|authori[sz]ed|permitted) to (?:post|send (?:(?:e-?mail|mail|messages?) )?to)|distribution list|membership/,
        /subscribers? only|mailing list .{0,40}(?:rejected|closed|refused)|posting/,
      ),
    },

    // Before RCPT nothing has been said of the recipient: whatever is refused is ours.
    {
      id: 'blocked-at-connect',
      reason: 'ip_blocked',
      says: /denied|reject|refus|block|not available|unavailable|not accept|closing|no smtp|abuse|policy/,
      step: 'connect',
      confidence: 'medium',
    },
    {
      id: 'refused-at-mail',
      reason: 'sender_rejected',
      says: /denied|reject|refus|block|invalid|unknown|not (?:exist|found|allowed|accept|verified)/,
      step: 'mail',
      confidence: 'medium',
    },
  ],
};
