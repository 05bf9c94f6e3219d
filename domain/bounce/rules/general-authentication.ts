import { either, type RuleList } from '../rule.ts';

/** What any mail system may say about who we are: names, authentication, encryption, the right to send through it. */
export const generalAuthentication: RuleList = {
  name: 'authentication',
  source: 'RFC 7372, RFC 7489, RFC 8461; Postfix postconf(5), Exim ACLs, Sendmail cf/README',
  rules: [
    {
      id: 'ptr',
      reason: 'ptr_missing',
      says: either(
        /\bptr\b|(?<!relaying denied\. )ip name lookup failed|\brevers(?:e|ed)\b(?![ -]?path)|in-addr\.arpa|\brdns\b/,
        /unverif[iy]able (?:sending ip|dns|host)|mismatch(?:es)? client ip/,
        /does not (?:match|resolve) .{0,40}\bip\b/,
      ),
    },
    {
      id: 'ptr-hostname',
      reason: 'ptr_missing',
      says: either(
        /fcrdns|forward.confirmed/,
        /(?:no|without|valid|missing) (?:valid |proper )?(?:dns (?:entry|record|name)|hostname) (?:for|of) (?:your|the|client|this|\[?#)/,
        /hostname lookup fail/,
        /(?:cannot|can't|could not|unable to) (?:find|resolve|verify) your (?:reverse )?(?:hostname|host name|address|ip)/,
        /(?:your|client) (?:hostname|host name|ip address) .{0,30}(?:not (?:be )?(?:found|resolv)|does ?n[o']t resolve)/,
      ),
    },
    {
      id: 'dmarc-missing',
      reason: 'dmarc_missing',
      says: /(?:no|missing|without|n't have an?|not have an?) dmarc (?:record|policy)|dmarc record (?:is )?missing/,
    },
    { id: 'dmarc', reason: 'dmarc_reject', says: /\bdmarc\b/ },
    { id: 'dkim', reason: 'dkim_fail', says: /\b(?:dkim|domain ?keys?)\b/ },
    {
      id: 'spf',
      reason: 'spf_fail',
      says: either(
        /(?:fail\w*|bad|invalid|permerror|reject\w*|not|pass|violat\w*|mismatch|denied|deny|according to|due to|by)\b[^.;]{0,40}\b(?:spf|sender policy framework)\b/,
        /\b(?:spf|sender policy framework)\b[^.;]{0,40}(?:fail|bad|invalid|error|not |mismatch|reject|polic|check|denied|unauthori)/,
        /not (?:a )?(?:designated|permitted|authori[sz]ed) (?:as a )?(?:sender|mailer|to send (?:e-?mail|mail|messages)? ?(?:for|from|as|on behalf))/,
        /not allowed to send (?:mail|e-?mail|messages) (?:for|from|on behalf)/,
        /(?:purported responsible address|sender id) .{0,40}(?:fail|not)/,
      ),
    },
    {
      id: 'unauthenticated',
      reason: 'unauthenticated',
      says: either(
        /unauthenticated (?:e-?mail|mail|message|sender\b)|authentication checks? .{0,20}fail/,
        /(?:fail|fails|failed|did ?n[o']t|does ?n[o']t) (?:to )?pass (?:the )?(?:authentication|verification)/,
        /(?:e-?mail|message|sender) (?:is )?not authenticated|arc validation/,
        /(?:sender|message|e-?mail) authentication (?:has )?fail/,
      ),
    },
    {
      id: 'tls',
      reason: 'tls_required',
      says: either(
        /(?:tls|ssl|starttls|encryption|encrypted connection) (?:is |are )?(?:required|mandatory|needed)/,
        /(?:requires?|must (?:issue|use)) (?:a )?(?:tls|starttls|encrypt)/,
        /starttls command first/,
        /(?:tls|ssl) (?:handshake|negotiation|connection|session) .{0,20}(?:fail|error)/,
        /(?:starttls|tls) .{0,40}(?:fail|not (?:available|offered|supported))|cannot start tls/,
        /(?:not|n't|no|without) (?:\w+ ){0,3}(?:starttls|tls)\b|secure (?:connection|channel)/,
        /certificate (?:is |was )?(?:not|cannot be|could not be|un)[ -]?(?:verified|trusted)/,
      ),
    },

    {
      id: 'relay',
      reason: 'relay_denied',
      says: either(
        /relay(?:ing)?\b[^;]{0,50}(?:denied|not (?:allowed|permitted|authori[sz]ed)|prohibit|reject|refus|disallow)/,
        /(?:unable|not (?:allowed|permitted|authori[sz]ed)|cannot|can't|refus\w+|won't|do(?:es)? not|no|must not) (?:to )?(?:open )?relay/,
        /authenticated to relay|not a gateway|insecure mail relay|not one of my domains|rcpthosts/,
      ),
    },
    {
      id: 'auth-required',
      reason: 'auth_required',
      says: either(
        /(?:authentication|authorization|auth|login) (?:is )?required|authrequired/,
        /must (?:first )?(?:authenticate|log ?in)|user(?:name)? (?:or|and) password|no such user authenticated|only registered users/,
        /please (?:authenticate|log ?in|turn on smtp auth)|smtp[ -]auth(?:entication)?/,
        /(?:not|un) ?authenticated|requires? (?:smtp )?authentication|pop before smtp/,
        /not authori[sz]ed to (?:relay|connect|access|use|send (?:e-?mail|mail|messages)\b)/,
      ),
    },
  ],
};
