import type { RuleList } from '../rule.ts';

/** What any mail system may say about its own rules and its state. Tried last: these words also stand around better reasons. */
export const generalReceiver: RuleList = {
  name: 'receiver',
  source: 'RFC 5321 §4.2, RFC 3463; Postfix, Sendmail, Exim, qmail and Exchange texts',
  rules: [
    { id: 'relay', reason: 'relay_denied', says: /relay(?:ing)?\b[^.;]{0,40}(?:denied|not (?:allowed|permitted|authori[sz]ed)|prohibit|reject|refus|disallow)|(?:unable|not (?:allowed|permitted|authori[sz]ed)|cannot|can't|refus\w+|won't|do(?:es)? not|no|must not) (?:to )?(?:open )?relay|not a gateway|insecure mail relay|not one of my domains|rcpthosts/ },
    { id: 'auth-required', reason: 'auth_required', says: /(?:authentication|authorization|auth|login) (?:is )?required|authrequired|must (?:first )?(?:authenticate|log ?in)|please (?:authenticate|log ?in|turn on smtp auth)|smtp[ -]auth(?:entication)?|(?:not|un) ?authenticated|requires? (?:smtp )?authentication|pop before smtp|not authori[sz]ed/ },
    { id: 'refused-connection', reason: 'receiver_down', says: /connection refused/, sisimai: 'blocked', confidence: 'low' },
    { id: 'blocked-at-connect', reason: 'ip_blocked', says: /denied|reject|refus|block|not available|unavailable|not accept|closing|no smtp|abuse|policy/, step: 'connect', confidence: 'medium' },
    { id: 'refused-at-mail', reason: 'sender_rejected', says: /denied|reject|refus|block|invalid|unknown|not (?:exist|found|allowed|accept|verified)/, step: 'mail', confidence: 'medium' },
    { id: 'no-network', reason: 'network_error', says: /no route to host|network (?:is )?(?:unreachable|error|down)|(?:lost|dropped|broken|reset|aborted) (?:the )?connection|connection (?:was |has been )?(?:lost|dropped|reset|closed|broken|abort\w*)|bad connection|host (?:is )?unreachable|protocol error/ },
    { id: 'policy', reason: 'policy', says: /\bpolic(?:y|ies)\b|violat|protocol violation|header error|administrative(?:ly)? (?:prohibit|denied|reject)|prohibited|not (?:accepted|allowed|permitted) (?:for|by|due|here)/ },
    { id: 'full', reason: 'receiver_full', says: /(?:insufficient|not enough|out of|no) (?:system |disk |queue |free )*(?:storage|disk|space|resources)|(?:disk|file ?system|system|spool|queue) (?:is )?(?:full|out of)|no space left|mail system full/ },
    { id: 'mailer', reason: 'mailer_error', says: /mailer error|pipe to|exit (?:status|code|value)|(?:command|program|process|script) (?:died|failed|exited|returned|output|timed)|x-unix|operating system error|child (?:status|process)/ },
    { id: 'down', reason: 'receiver_down', says: /timed? ?-?out|(?:unable|failed|could not|cannot|can't) to connect|failed to connect|accept our requests to connect|no (?:answer|response) from|connect(?:ion)? (?:to .{1,100})?(?:fail|error)|could not find a gateway|winsock/ },
    { id: 'expired', reason: 'expired', says: /expired|retry (?:timeout|time|limit)|too long|(?:not|n't) be delivered (?:for|within|after|in)|could ?n[o']t (?:be )?deliver(?:ed)? (?:for|within|after|in)|unable to deliver|has been delayed|(?:delivery|message) (?:is |was |temporarily )?(?:delayed|suspended|failed \d+ attempts)|giving up|still undelivered|in the queue|retried for|undelivered after|will be (?:retried|deleted)/ },
    { id: 'error', reason: 'receiver_error', says: /internal (?:\w+ )?error|(?:local|system|server|software|database|write|queue|disk|i\/o|configuration|temporary|unexpected|lookup|processing|content filter) (?:\w+ )?(?:error|fail\w*|problem)|service (?:\w+ ){0,2}(?:unavailable|not available|busy)|(?:temporarily|currently) (?:unavailable|unable|not|out)|try (?:again )?later|(?:server|system|too|is) (?:too )?busy|(?:could|can) ?not (?:load|open|create|write|process|complete|accept|be processed)|insufficient permission|misconfigur|out of memory|aliasing|overload|maintenance|not available|technical (?:problem|difficult)|requested action aborted/ },
    { id: 'protocol', reason: 'protocol_error', says: /syntax error|(?:bad|wrong|invalid) (?:sequence|command|argument|parameter)|command (?:not|unrecogni[sz]ed|unknown|rejected)|unrecogni[sz]ed (?:command|parameter)|protocol|not implemented|out of (?:sequence|order)/ },
    { id: 'denied', reason: 'access_denied', says: /access (?:is )?denied|permission denied|unauthori[sz]ed|security (?:error|polic|violation)|not permitted/ },
  ],
};
