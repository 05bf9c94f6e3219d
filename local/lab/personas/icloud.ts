import * as has from '../checks.ts';
import { type Persona, reply, statesNoRate } from '../persona.ts';

const page = 'https://support.apple.com/102322';

/** iCloud Mail: "All requirements must be met … If not, the email will be rejected." */
export const icloud: Persona = {
  name: 'icloud',
  domains: ['icloud.com', 'me.com', 'mac.com'],
  host: 'mx01.mail.icloud.com',
  address: '192.0.2.56',
  maxMessageBytes: 28_311_552,
  maxRecipients: 100,
  ...statesNoRate,
  replies: {
    recipient: {
      unknown: (address) => reply(550, `5.1.1 <${address}>: user does not exist`),
      full: (address) => reply(552, `5.2.2 <${address}>: user is over quota`),
      disabled: (address) => reply(550, `5.1.6 <${address}>: inactive email address`),
      busy: () => reply(450, '4.2.0 Service unavailable; try again later'),
    },
    tooManyRecipients: () => reply(452, '4.5.3 Error: too many recipients'),
    tooLarge: reply(552, '5.3.4 Message size exceeds fixed limit'),
    blocked: ({ address }) =>
      reply(550, `5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=${address}`),
    overRate: ({ address }) => reply(421, `4.7.1 [${address}] excessive volume; see ${page}`),
  },
  atMailFrom: [],
  afterData: [
    has.when(has.hasOddFrom, () => reply(550, '5.7.1 Message is not RFC 5322 compliant: From header')),
    has.when(has.hasNoHostName, ({ client }) =>
      reply(550, `5.7.1 Message rejected: no reverse DNS for [${client.address}]. See ${page}`),
    ),
    has.when(has.isRejectedByDmarc, ({ fromDomain }) =>
      reply(554, `5.7.1 Your message was rejected due to ${fromDomain}'s DMARC policy. See ${page} for info`),
    ),
    has.when(has.failsSpf, () => reply(550, `5.7.1 Message rejected: SPF did not pass. See ${page}`)),
    has.when(has.lacksOwnDkim, () => reply(550, `5.7.1 Message rejected: DKIM did not pass. See ${page}`)),
    has.when(has.hasNoDmarcRecord, ({ fromDomain }) =>
      reply(550, `5.7.1 Message rejected: ${fromDomain} has no DMARC record. See ${page}`),
    ),
  ],
  filesAsSpam: has.failsDmarc,
  accepted: () => '2.0.0 Ok: queued as 4Xyz0a1b2c3d4e5f',
};
