import * as has from '../checks.ts';
import { type Persona, reply } from '../persona.ts';

/** A company with a Postfix of its own: greylisting, TLS, a name for every client, and DMARC to the letter. */
export const company: Persona = {
  name: 'company',
  domains: ['strict.example.net'],
  host: 'mx.strict.example.net',
  address: '192.0.2.57',
  maxMessageBytes: 10_240_000,
  maxRecipients: 50,
  mailsPerMinute: 600,
  unknownPerMinute: 20,
  greylistMs: 300,
  replies: {
    recipient: {
      unknown: (address) =>
        reply(550, `5.1.1 <${address}>: Recipient address rejected: User unknown in virtual mailbox table`),
      full: (address) => reply(452, `4.2.2 <${address}>: Recipient address rejected: mailbox is full`),
      disabled: (address) =>
        reply(550, `5.2.1 <${address}>: Recipient address rejected: account is disabled`),
      busy: () => reply(451, '4.3.0 Temporary lookup failure'),
    },
    tooManyRecipients: () => reply(452, '4.5.3 Error: too many recipients'),
    tooLarge: reply(552, '5.3.4 Error: message file too big'),
    blocked: ({ address }) =>
      reply(554, `5.7.1 Service unavailable; Client host [${address}] blocked using a local list`),
    overRate: ({ address }) => reply(450, `4.7.1 Error: too much mail from ${address}`),
    greylisted: reply(451, '4.7.1 Greylisting in action, please come back later'),
  },
  atMailFrom: [
    has.when(
      ({ encrypted }) => !encrypted,
      () => reply(530, '5.7.0 Must issue a STARTTLS command first'),
    ),
    has.when(
      ({ hostName }) => hostName === undefined,
      ({ address }) => reply(450, `4.7.25 Client host rejected: cannot find your hostname, [${address}]`),
    ),
  ],
  afterData: [
    has.when(has.hasOddFrom, () => reply(550, '5.6.0 Message not RFC 5322 compliant: From header')),
    has.when(
      (mail) => has.failsDmarc(mail) && mail.dmarc.policy !== 'none',
      ({ fromDomain }) => reply(550, `5.7.1 Email rejected per DMARC policy for ${fromDomain}`),
    ),
    has.when(has.hasNoDmarcRecord, ({ fromDomain }) =>
      reply(550, `5.7.1 Email rejected: ${fromDomain} has no DMARC policy`),
    ),
    has.when(has.isUnauthenticated, () => reply(550, '5.7.1 Email rejected: sender is not authenticated')),
  ],
  filesAsSpam: has.failsDmarc,
  accepted: () => '2.0.0 Ok: queued as 4Xyz0a1b2c',
};
