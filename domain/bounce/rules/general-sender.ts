import type { RuleList } from '../rule.ts';

/** What any mail system may say about the sender: authentication, addresses, block lists, rates. */
export const generalSender: RuleList = {
  name: 'sender',
  source: 'Postfix access(5) and postconf(5), Exim ACLs, Sendmail cf/README, RFC 7372, RFC 7489',
  rules: [
    { id: 'ptr', reason: 'ptr_missing', says: /\bptr\b|reverse[ -]?dns|\brdns\b|reverse (?:lookup|hostname|host name|map|address|domain|resolution)|\bno reverse|unverifiable sending ip|mismatch(?:es)? client ip|does not (?:match|resolve) .{0,40}\bip\b/ },
    { id: 'ptr-hostname', reason: 'ptr_missing', says: /(?:cannot|can't|could not|unable to) (?:find|resolve|verify) your (?:reverse )?(?:hostname|host name|address|ip)|(?:your|client) (?:hostname|host name|ip address) .{0,30}(?:not (?:be )?(?:found|resolv)|does ?n[o']t resolve)/ },
    { id: 'dmarc-missing', reason: 'dmarc_missing', says: /(?:no|missing|without|have an?) dmarc (?:record|policy)|dmarc record (?:is )?missing/ },
    { id: 'dmarc', reason: 'dmarc_reject', says: /\bdmarc\b/ },
    { id: 'dkim', reason: 'dkim_fail', says: /\b(?:dkim|domainkeys)\b/ },
    { id: 'spf', reason: 'spf_fail', says: /\bspf\b|sender policy framework|not (?:a )?(?:designated|permitted|authorized) (?:as a )?(?:sender|mailer|to send)|not allowed to send (?:mail|e-?mail|messages) (?:for|from|on behalf)|(?:purported responsible address|sender id) .{0,40}(?:fail|not)/ },
    { id: 'unauthenticated', reason: 'unauthenticated', says: /unauthenticated (?:e-?mail|mail|message|sender)|authentication checks? .{0,20}fail|(?:fail|fails|failed|did ?n[o']t|does ?n[o']t) (?:to )?pass (?:the )?(?:authentication|verification)|(?:e-?mail|message|sender) (?:is )?not authenticated|arc validation/ },
    { id: 'tls', reason: 'tls_required', says: /(?:tls|ssl|starttls|encryption|encrypted connection) (?:is |are )?(?:required|mandatory|needed)|(?:requires?|must (?:issue|use)) (?:a )?(?:tls|starttls|encrypt)|starttls command first|(?:tls|ssl) (?:handshake|negotiation|connection|session) .{0,20}(?:fail|error)|(?:starttls|tls) .{0,40}(?:fail|not (?:available|offered|supported))|cannot start tls/ },

    { id: 'greylist', reason: 'greylisted', says: /gr[ae]y-? ?list/ },
    { id: 'link-list', reason: 'url_reputation', says: /\b(?:surbl|uribl|ivmuri|multi\.surbl|dbl)\b|spamvertised|(?:url|link|uri)s? .{0,40}(?:black ?list|block ?list|listed|blocked)/ },
    { id: 'sender-listed', reason: 'sender_rejected', says: /(?:sending|sender|from|mailing) .{0,30}(?:address|domain)[^.]{0,30}(?:black ?list|block ?list|banned|barred|blocked)|(?:black ?listed|blocked|banned) sender|sender .{0,40}(?:black ?list|block ?list|blocked|banned)/ },
    { id: 'dnsbl', reason: 'dnsbl', says: /spamhaus|spamcop|sorbs|barracudacentral|abuseat|mailspike|uceprotect|invaluement|spamrats|backscatterer|surriel|senderbase|senderscore|trendmicro|mail-abuse|abusix|cloudmark|\bnjabl\b|ordb\.|dsbl\.|\brbls?\b|\b[a-z]*dnsbl\b|\b(?:cbl|xbl|sbl|pbl|zen|psbl)\b|real-?time (?:black|block)/ },
    { id: 'dnsbl-listed', reason: 'dnsbl', says: /\b(?:listed|blocked|rejected|refused|denied|found) (?:in|at|by|using|on|via) [a-z0-9.-]{0,60}(?:black|block|deny|reject|bad)[ -]?list|black ?-?listed|(?:ip|host|server|client|address|you) .{0,60}(?:is|are|was|were|been) (?:on|in) .{0,30}(?:black|block|deny) ?-?list/ },
    { id: 'dnsbl-link', reason: 'dnsbl', link: /spamhaus|spamcop|sorbs|barracudacentral|abuseat|dnsbl|\/rbl|blocklist|blacklist|csi\.cloudmark/, says: /block|reject|refus|denied|listed|spam/ },
    { id: 'ip-banned', reason: 'ip_blocked', says: /banned (?:sending )?ip|block(?:ed|ing)? (?:for|due to|because of) (?:\w+ ){0,2}(?:abuse|spam)|on our (?:block|black) ?list|blocked (?:by|in) (?:our )?(?:ldap|firewall|policy|access)|bad helo|use (?:the|your) (?:smtp|mail) server of your|(?:smtp|mail) server of your (?:isp|provider)|dynamic (?:ip|address|host)|residential|dial-?up|(?:no|not|n't) accept(?:ing)? (?:any )?(?:connections|mail from (?:your|this|dynamic))|too many (?:errors|invalid|unknown|bad|failed)/ },
    { id: 'ip-refused', reason: 'ip_blocked', says: /(?:\bip\b|ip address|client|host|hostname|server|network|\[[0-9a-f.:]+\])[^.;]{0,40}\b(?:is |was |has been |are )?(?:blocked|banned|rejected|denied|refused|bloqu\w+|prohibited|forbidden|not (?:allowed|authorized|welcome|accepted|trusted))/ },
    { id: 'ip-reputation', reason: 'ip_reputation', says: /(?:bad|poor|low|very low|negative) (?:sender |ip |domain |web )?(?:reputation|score)|reputation (?:of|is|for|score|too)|\breputation\b/ },

    { id: 'connections', reason: 'too_many_connections', says: /(?:too many|maximum|max|concurrent|simultaneous|excessive|number of) (?:\w+ ){0,3}(?:connections?|sessions?|connects)|connections? (?:\w+ ){0,2}(?:rate|frequency|limit)|(?:connection|session)s? .{0,20}limit (?:exceeded|reached)|frequency limited|too many connect/ },
    { id: 'recipients', reason: 'too_many_recipients', says: /too many (?:rcpts?\b|recipients|addressees|destinations)|(?:recipients?|rcpts?) (?:limit|count) (?:exceeded|reached)|maximum (?:number of )?recipients/ },
    { id: 'recipient-rate', reason: 'recipient_rate', says: /receiving (?:e?mail|messages) (?:too quickly|at a rate)|(?:user|mailbox|recipient|account) .{0,40}(?:too (?:much|many) (?:e?mail|messages)|rate limit|message rate)/ },
    { id: 'rate', reason: 'throttled_ip', says: /rate[- ]?limit|limit(?:ing)? (?:the )?rate|(?:message|sending|mail|hourly|daily|rate|delivery) (?:\w+ ){0,2}limit (?:has been )?(?:exceed|reach)|too (?:many|much) (?:messages|mails?|e-?mails?)|(?:sending|send|mailing) too (?:fast|many|much|quickly)|throttl|slow down|exceeded .{0,30}(?:rate|messages per|per (?:hour|minute|day))|unusual rate|unexpected volume|(?:temporarily )?deferred due to/ },

    { id: 'sender-domain', reason: 'sender_rejected', says: /domain of sender|sender'?s? (?:address )?domain|(?:unrout\w+|unresolvable|invalid|bad|unknown|forged|fake|illegal|undeliverable|missing) (?:envelope |return |mail ?)?(?:sender|from|return-path)|sender (?:address|domain|verif|e-?mail|identity|is |was |not |unknown|denied|refused|rejected|invalid)|(?:from|mail from|return)\b.{0,10}(?:domain|address).{0,40}(?:invalid|not (?:be )?(?:exist|valid|found|resolv|allowed|accept)|rejected|refused)|purported responsible|from:? ?(?:address|domain|header)? ?(?:is )?(?:invalid|not (?:valid|allowed))|callback|call-?out/ },
    { id: 'membership', reason: 'sender_rejected', says: /(?:not a |only |non-?)members? |(?:not allowed|permission|authorized|permitted) to (?:post|send to)|membership|subscribers? only|mailing list .{0,40}(?:rejected|closed|refused)|posting/ },
  ],
};
