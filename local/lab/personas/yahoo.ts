import * as has from '../checks.ts';
import type { Examined } from '../examination.ts';
import { type Persona, reply, statesNoRate } from '../persona.ts';

const see = 'see https://postmaster.yahooinc.com/error-codes';
/** Yahoo states no number; a header block of this size comes from no mail program. */
const maxHeaderCharacters = 64 * 1024;

/** Yahoo and AOL. */
export const yahoo: Persona = {
  name: 'yahoo',
  domains: ['yahoo.com', 'ymail.com', 'aol.com'],
  host: 'mta7.am0.yahoodns.net',
  address: '192.0.2.53',
  maxMessageBytes: 41_943_040,
  maxRecipients: 100,
  ...statesNoRate,
  replies: {
    recipient: {
      unknown: (address) =>
        reply(
          554,
          `delivery error: dd This user doesn't have a yahoo.com account (${address}) [0] - mta4123.mail.bf1.yahoo.com`,
        ),
      full: (address) => reply(452, `4.2.2 ${address} mailbox is full`),
      disabled: (address) =>
        reply(
          554,
          `30 Sorry, your message to ${address} cannot be delivered. This mailbox is disabled (554.30).`,
        ),
      busy: () => reply(450, 'User is receiving mail too quickly'),
    },
    tooManyRecipients: () => reply(452, '4.5.3 Too many recipients'),
    tooLarge: reply(552, '5.3.4 Message size exceeds fixed maximum message size'),
    blocked: ({ address }) =>
      reply(
        553,
        `5.7.1 [BL21] Connections will not be accepted from ${address}, because the ip is in Spamhaus's list; ${see}`,
      ),
    overRate: ({ address }) =>
      reply(
        421,
        `4.7.0 [TSS04] Messages from ${address} temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; ${see}`,
      ),
  },
  atMailFrom: [],
  afterData: [
    has.when(has.hasOddFrom, () => reply(554, '5.6.0 Message not RFC 5322 compliant: From header')),
    has.when(has.hasOddFields, () => reply(554, '5.6.0 Message not RFC 5322 compliant: duplicate header')),
    has.when(
      ({ headers }) => headers.reduce((sum, { value }) => sum + value.length, 0) > maxHeaderCharacters,
      () => reply(554, '5.6.0 Header too big'),
    ),
    has.when(isUnresolvable, () =>
      reply(451, `Message temporarily deferred due to unresolvable RFC.5322 from domain; ${see}`),
    ),
    has.when(has.hasNoHostName, ({ client }) =>
      reply(554, `5.7.1 No reverse DNS for [${client.address}]; ${see}`),
    ),
    has.when(has.isUnauthenticated, () =>
      reply(
        550,
        '5.7.9 This mail has been blocked because the sender is unauthenticated. Yahoo requires all senders to authenticate with either SPF or DKIM.',
      ),
    ),
    has.when(has.isRejectedByDmarc, ({ fromDomain }) =>
      reply(554, `5.7.9 Message not accepted for policy reasons: the DMARC policy of ${fromDomain}; ${see}`),
    ),
  ],
  // SPF and DKIM and a DMARC record are asked for, without a code for their absence.
  filesAsSpam: (mail) =>
    has.failsSpf(mail) || has.lacksOwnDkim(mail) || has.failsDmarc(mail) || has.hasNoDmarcRecord(mail),
  accepted: () => 'ok dirdel',
};

/** A subdomain that sends needs an SOA, and an A or an MX record. */
function isUnresolvable({ fromDomainHasSoa, fromDomainReachable }: Examined): boolean {
  return !fromDomainHasSoa || !fromDomainReachable;
}
