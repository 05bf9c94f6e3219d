import type { RuleList } from '../rule.ts';

const unlisted = 'https://wordtothewise.com/2017/10/troubleshooting-and-codes';

/** Outlook.com, Hotmail, Exchange Online and Exchange. */
export const microsoft: RuleList = {
  name: 'microsoft',
  source:
    'https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online',
  // biome-ignore format: a rule a line
  rules: [
    {
      id: 'bulk-auth-level',
      reason: 'bulk_auth_level',
      codes: 'x.7.515',
      from: '2025-05-05',
      source: 'https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730',
    },
    { id: 'auth-level', reason: 'unauthenticated', codes: 'x.7.515' },
    { id: 'dmarc', reason: 'dmarc_reject', codes: 'x.7.509' },
    { id: 'dmarc-text', reason: 'dmarc_reject', says: /dmarc (?:verification|policy|polic)/ },
    { id: 'spf', reason: 'spf_fail', codes: 'x.7.23' },
    { id: 'sender-auth', reason: 'unauthenticated', codes: 'x.7.26' },
    { id: 'ptr', reason: 'ptr_missing', codes: 'x.7.25' },
    { id: 'block-list', reason: 'ip_blocked', says: /\ba?s31[0-9]{2}\b|on our block list|unfortunately, messages from/, source: unlisted },
    { id: 'banned-ip', reason: 'ip_blocked', says: /banned sending ip|access denied, (?:please|banned)/ },
    { id: 'banned-ip-code', reason: 'ip_blocked', codes: 'x.7.511 x.7.606 x.7.607 x.7.608 x.7.609 x.7.610 x.7.611 x.7.612 x.7.613 x.7.614 x.7.615 x.7.616 x.7.617 x.7.618 x.7.619 x.7.620' },
    { id: 'postmaster-block', reason: 'ip_blocked', says: /\b(?:sc-00[1-4]|dy-00[12]|ou-00[12])\b/, source: 'https://sendersupport.olc.protection.outlook.com/pm/troubleshooting' },
    { id: 'postmaster-rate', reason: 'throttled_ip', says: /\brp-00[1-3]\b/, source: 'https://sendersupport.olc.protection.outlook.com/pm/troubleshooting' },
    { id: 'server-busy', reason: 'throttled_ip', codes: 'x.7.500 x.7.650 x.7.651 x.7.652 x.7.653' },
    { id: 'spam-abuse', reason: 'ip_reputation', codes: 'x.7.501 x.7.502 x.7.503 x.7.508 x.7.700 x.7.705 x.7.708 x.7.750' },
    { id: 'banned-sender', reason: 'sender_rejected', codes: 'x.7.504 x.7.505 x.7.506 x.7.507 x.7.513' },
    { id: 'not-found', reason: 'user_unknown', says: /resolver\.adr\.(?:recip\w*notfound|exrecipnotfound|invalidinternetsmtp|ambiguous)|recipient not found/ },
    { id: 'edge-block', reason: 'user_unknown', says: /recipient address rejected: access denied/ },
    { id: 'not-found-code', reason: 'user_unknown', codes: '5.1.1 5.1.10 5.1.351' },
    { id: 'mailbox-unavailable', reason: 'user_unknown', says: /requested action not taken: mailbox unavailable/ },
    { id: 'auth-required', reason: 'auth_required', says: /resolver\.rst\.(?:authrequired|notauthorized|restricted|sendersmtpnotauth)|not authenticated to send/ },
    { id: 'auth-required-code', reason: 'auth_required', codes: 'x.7.57 x.7.133 x.7.134 x.7.136' },
    { id: 'restricted', reason: 'recipient_filter', codes: 'x.7.12 x.7.124 x.7.135 x.7.13' },
    { id: 'recipient-size', reason: 'mailbox_size_limit', says: /resolver\.rst\.(?:recipsizelimit|sendsizelimit)/ },
    { id: 'full', reason: 'mailbox_full', says: /storedrv\.deliver.{0,60}quota|quotaexceeded|mailbox (?:is )?full/ },
    { id: 'recipient-rate', reason: 'recipient_rate', says: /recipient thread limit|recipient (?:rate )?limit exceeded/ },
    { id: 'recipients-per-day', reason: 'throttled_domain', codes: 'x.1.90 x.2.121 x.2.122' },
    { id: 'bad-from', reason: 'not_rfc', codes: 'x.6.11 x.6.211 x.7.512' },
    { id: 'relay', reason: 'relay_denied', codes: 'x.7.64 x.7.54' },
    { id: 'hops', reason: 'routing_loop', codes: 'x.4.14 x.4.6' },
    { id: 'resolver', reason: 'receiver_error', says: /resolver\.(?:fwd|grp|oof)|storedrv/, confidence: 'medium' },
  ],
};
