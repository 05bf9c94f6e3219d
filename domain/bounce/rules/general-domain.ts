import { either, type RuleList } from '../rule.ts';

/** What any mail system may say about the domain of the recipient and the way to it. */
export const generalDomain: RuleList = {
  name: 'domain',
  source: 'RFC 7505, RFC 5321 §5; Postfix, Sendmail, Exim, qmail and Gmail texts on DNS and routing',
  rules: [
    {
      id: 'loop',
      reason: 'routing_loop',
      says: either(
        /too many hops|hop count|routing loop|mail ?loop|loops? (?:back|detected)|looping/,
        /exceeded \d+ hops|mx problem|received. headers|lowest numbered mx/,
        /(?:aliasing\/|mail )forwarding loop|too many received/,
      ),
    },
    // The same words about us: our domain, the name that we say we have.
    {
      id: 'ours',
      reason: 'sender_rejected',
      says: either(
        /\b(?:no|without|missing)\b[^.;]{0,20} records? (?:for|of|on) (?:your|the send|send)/,
        /\b(?:your|client) (?:domain|mx|server|host|hostname|mail ?server)\b[^.;]{0,40}(?:not (?:be )?(?:exist|found|resolv|accept)|unknown|invalid|no mx)/,
        /no (?:mx found|route (?:found )?to domain) (?:for|of) (?:your|the send|send)/,
        /(?:unknown|invalid|illegal|not found|not exist)\b[^.;]{0,20}\b(?:helo|ehlo|your domain|sender)\b/,
        /\b(?:helo|ehlo)\b[^.;]{0,20}(?:unknown|invalid|not found)/,
        /sender (?:domain|host)\b[^.;]{0,20}(?:unknown|invalid|no mx|not)/,
      ),
    },
    // Microsoft's servers, for one, say so while they are busy.
    {
      id: 'closed-for-now',
      reason: 'receiver_error',
      says: /not accepting (?:network |any )?messages/,
      codes: '4.x.x',
      confidence: 'medium',
    },
    // A DNS answer that the sending system itself calls temporary is no verdict on the domain.
    {
      id: 'null-mx-temporary',
      reason: 'null_mx',
      says: /null mx/,
      codes: '4.x.x',
      action: 'retry',
      confidence: 'medium',
    },
    {
      id: 'null-mx',
      reason: 'null_mx',
      says: either(
        /null mx|indicated no smtp service/,
        // "…containing attachments", "…from you" are about this mail or about us.
        /does ?n[o']t (?:receive|accept) (?:any )?(?:e-?mail|mail)\b(?! (?:from|with|contain|that|which|over|larger|without|of|by|via))/,
        /(?:system|host|server) (?:is )?not accepting (?:network |any )?messages/,
        /(?:does not|not) accept (?:e?mail|smtp)\b(?! (?:from|with|contain|that|which|over|larger|without|of|by|via))/,
        /couldn't find a mail exchanger/,
        /mail receiving disabled|reject all mails?|no mail (?:exchanger|server) for/,
        /mx record .{0,20}(?:empty|missing)/,
      ),
    },
    {
      id: 'dns-temporary',
      reason: 'dns_temp',
      says: /dns error|nxdomain|domain name not found|host not found/,
      codes: '4.x.x',
      confidence: 'medium',
    },
    {
      id: 'dns-try-again',
      reason: 'dns_temp',
      says: either(
        /host not found, try again/,
        /name ?server.{0,80}(?:lookup fail|timeout|time out|servfail|try again)/,
        /(?:malformed|unexpected) (?:or unexpected )?(?:name|dns) ?server reply|host name lookup failure/,
        /dns resolving error|cname lookup failed|temporary (?:dns|resolution)|unable to (?:look ?up|resolve) dns/,
        /dns (?:server )?(?:timeout|failure|servfail)|servfail|(?:dns|mx) lookup (?:failure|error)(?!.{0,120}not found)/,
        /(?:failure|error) in (?:dns|mx) lookup|(?:dns|mx lookup) temporarily failed/,
      ),
    },
    // Exim cannot route the mailbox: asked at RCPT, the domain is its own.
    {
      id: 'unrouteable-at-rcpt',
      reason: 'user_unknown',
      says: /unroute?able (?:address|user)/,
      step: 'rcpt',
    },
    {
      id: 'unknown',
      reason: 'domain_unknown',
      says: either(
        /(?:host|domain|domain name|hostname|system)\b(?: @| [a-z0-9.-]{1,100})?:? ?(?:is |was |are )?(?:unknown|not (?:be )?found|not exist|does ?n[o']t exist|do(?:es)? not exist|non-?exist\w*|not reachable|no longer)/,
        /no route (?:found )?to domain|no mx found for|illegal host(?:\/domain)? name/,
        /destination (?:server|host|domain)\b.{0,40} not be found in (?:the )?(?:domain name|dns)/,
        /(?:no such|unknown|nonexistent) (?:host|domain|system|site)|nxdomain/,
        /no (?:mx|dns|a) (?:or a |or mx )?records?|couldn't find any host|domain [a-z0-9.-]{1,100} couldn't be found/,
        /unroute?able (?:address|domain|mail)/,
        /all (?:relevant )?mx (?:records )?point to non-?existent|isn't in my list of allowed/,
      ),
    },
    // "Invalid domain" may be ours as well: only a code for the destination makes it the recipient's.
    {
      id: 'invalid',
      reason: 'domain_unknown',
      says: either(
        /(?:host|domain|domain name|system)\b(?: @| [a-z0-9.-]{1,100})?:? ?(?:is |was )?(?:invalid|unreachable|not valid)/,
        /(?:invalid|unresolvable|bad|illegal) (?:host|domain|system|site)|domain must resolve/,
      ),
      codes: '5.1.2 5.4.4 5.4.x',
    },
  ],
};
