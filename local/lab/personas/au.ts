import * as has from '../checks.ts';
import { type Persona, reply, statesNoRate } from '../persona.ts';

/**
 * KDDI's au and UQ mobile. An unknown address is refused at once; other failures may be accepted and come back as a
 * notification, and what 「なりすまし規制」 catches is accepted and never seen.
 */
export const au: Persona = {
  name: 'au',
  domains: ['au.com', 'ezweb.ne.jp', 'uqmobile.jp'],
  host: 'mx.au.com',
  address: '192.0.2.55',
  maxMessageBytes: 3 * 1024 * 1024,
  maxRecipients: 100,
  ...statesNoRate,
  replies: {
    recipient: {
      unknown: (address) => reply(550, `<${address}>: User unknown`),
      full: () => reply(452, 'Mailbox full'),
      disabled: (address) => reply(550, `<${address}>: User unknown`),
      busy: () => reply(451, 'Temporary failure'),
    },
    tooManyRecipients: () => reply(452, 'Too many recipients'),
    tooLarge: reply(552, 'Message size exceeds fixed limit'),
    blocked: () => reply(421, 'Connection refused'),
    overRate: () => reply(421, 'Connection refused'),
  },
  atMailFrom: [
    // "From and To must be fully qualified."
    has.when(
      ({ mailFrom }) => mailFrom !== '' && !/@[^@]+\.[^@.]+$/.test(mailFrom),
      ({ mailFrom }) => reply(550, `<${mailFrom}>: Sender address rejected: Domain not found`),
    ),
  ],
  afterData: [],
  filesAsSpam: ({ dmarc, dkim }) =>
    dmarc.result !== 'pass' || !dkim.some(({ result, aligned }) => aligned && result === 'pass'),
  bouncesLater: {
    full: { status: '5.2.2', text: '552 5.2.2 Mailbox full' },
    disabled: { status: '5.1.1', text: '550 5.1.1 User unknown' },
  },
  accepted: () => '2.0.0 Ok: queued',
};
