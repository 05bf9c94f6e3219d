import { either, type RuleList } from '../rule.ts';

/** What any mail system may say about its own rules and its state. Tried last: these words also stand around better reasons. */
export const generalReceiver: RuleList = {
  name: 'receiver',
  source: 'RFC 5321 §4.2, RFC 3463; Postfix, Sendmail, Exim, qmail and Exchange texts',
  rules: [
    {
      id: 'no-network',
      reason: 'network_error',
      says: either(
        /no route to host|network (?:is )?(?:unreachable|error|down)/,
        /(?:lost|dropped|broken|reset|aborted) (?:the )?connection|read error from/,
        /connection (?:was |has been )?(?:lost|dropped|reset|closed|broken|abort\w*)/,
        /bad connection|host (?:is )?unreachable|protocol error/,
      ),
    },
    {
      id: 'policy',
      reason: 'policy',
      says: either(
        /\bpolic(?:y|ies)\b|violat|protocol violation|header error|delivery not authori[sz]ed/,
        /administrative(?:ly)? (?:prohibit|denied|reject)|prohibited/,
        /not (?:accepted|allowed|permitted) (?:for|by|due|here)|^[45]\d\d message not allowed/,
      ),
    },
    {
      id: 'full',
      reason: 'receiver_full',
      says: either(
        /(?:insufficient|not enough|out of|no) (?:system |disk |queue |free )*(?:storage|disk|space|resources)/,
        /(?:disk|file ?system|system|spool|queue) (?:is )?(?:full|out of)|no space left/,
        /mail system full/,
      ),
    },
    {
      id: 'mailer',
      reason: 'mailer_error',
      says: either(
        /mailer error|pipe to|exit (?:status|code|value)|died with status|command output/,
        /(?:command|program|process|script|delivery agent) (?:died|failed|exited|returned|output|timed)/,
        /x-unix|operating system error|child (?:status|process)/,
      ),
    },
    {
      id: 'down',
      reason: 'receiver_down',
      says: either(
        /(?<!retry )timed? ?-?out|(?:unable|failed) to connect|(?:could|can) ?(?:not|n't) connect|communications? failure/,
        /establish (?:(?:a|an|the) )?(?:smtp )?connection|delivery time-?out|accept our requests to connect/,
        /no (?:answer|response) from|failed to respond|connect(?:ion)? (?:to .{1,100})?(?:fail|error)/,
        /could not find a gateway|winsock/,
      ),
    },
    {
      id: 'expired',
      reason: 'expired',
      says: either(
        /expired|retry (?:timeout|time|limit)|too long/,
        /(?:not|n't) (?:be )?delivered (?:for|within|after|in)/,
        /could ?n[o']t (?:be )?deliver(?:ed)? (?:for|within|after|in)/,
        /unable to deliver (?:\w+ ){0,3}(?:for|after|in|within)\b/,
        /has been delayed/,
        /(?:delivery|message) (?:is |was |temporarily )?(?:delayed|suspended|failed \d+ attempts)/,
        /not reachable within|queue period|giving up|still undelivered|in the queue|retried for|undeliverable for/,
        /unable to contact|not be contacted|queue (?:time|lifetime)|\d+ (?:delivery )?attempts/,
        /not (?:yet )?been delivered|undelivered after|will be (?:retried|deleted)|failing for a long time/,
      ),
    },
    {
      id: 'protocol',
      reason: 'protocol_error',
      says: either(
        /\bsyntax\b|(?:bad|wrong|invalid) (?:sequence|command|argument|parameter)/,
        /command (?:not|unrecogni[sz]ed|unknown|rejected)|unrecogni[sz]ed (?:command|parameter)/,
        /protocol|not implemented|out of (?:sequence|order)/,
      ),
    },
    {
      id: 'error',
      reason: 'receiver_error',
      says: either(
        /internal (?:\w+ )?error/,
        /(?:local|system|server|software|database|write|queue|disk|i\/o|configuration|temporary|unexpected|lookup|processing|content filter) (?:\w+ )?(?:error|fail\w*|problem)/,
        /service (?:\w+ ){0,2}(?:unavailable|not available|busy)/,
        /(?:temporarily|currently) (?:unavailable|unable|not|out)|try (?:again )?later/,
        /(?:server|system|too|is) (?:too )?busy/,
        /(?:could|can) ?not (?:load|open|create|write|process|complete|accept|be processed)/,
        /insufficient permission|misconfigur|out of memory|aliasing|overload|maintenance/,
        /not available|technical (?:problem|difficult)/,
        /unable to (?:process|open|create|write|lock|complete|accept|verify)/,
        /(?:failure|error) (?:in|while|during|on|writing|reading|opening)/,
        /message temporarily deferred|requested (?:mail )?action (?:aborted|not taken)|cannot (?:update|append|access)/,
        /can't create/,
      ),
    },
    {
      id: 'denied',
      reason: 'access_denied',
      says: either(
        /access (?:is )?denied|permission denied|unauthori[sz]ed/,
        /security (?:error|polic|violation)|not permitted/,
      ),
    },
  ],
};

/** A program behind the mailbox failed: whatever code came with it, the mailbox exists. */
export const deliveryPrograms: RuleList = {
  name: 'program',
  source: 'https://www.rfc-editor.org/rfc/rfc3464; Sendmail and Postfix local delivery',
  rules: [
    { id: 'quota', reason: 'mailbox_full', says: /procmail: .{0,20}quota exceeded/ },
    {
      id: 'pipe',
      reason: 'mailer_error',
      says: either(
        /unknown mailer error|(?:pipe to|generated) \||procmail|\.forward/,
        /(?:exit status|command output|program|exec)\b.{0,80}\/(?:bin|lib|sbin)\//,
        /"\|[^"]{0,200}"\.\.\./,
      ),
    },
  ],
};
