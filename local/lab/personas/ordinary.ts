import * as has from '../checks.ts';
import { type Persona, reply, statesNoRate } from '../persona.ts';

/** Everybody else: a mail server that keeps to the policy of the sender's domain and asks for nothing more. */
export const ordinary: Persona = {
  name: 'ordinary',
  domains: ['example.com', 'example.net', 'example.org', 'mail.example.com', 'tokyo.example.jp'],
  host: 'mx.example.com',
  address: '192.0.2.58',
  maxMessageBytes: 20_480_000,
  maxRecipients: 100,
  ...statesNoRate,
  replies: {
    recipient: {
      unknown: (address) => reply(550, `5.1.1 <${address}>: Recipient address rejected: User unknown`),
      full: (address) => reply(452, `4.2.2 <${address}>: mailbox is full`),
      disabled: (address) => reply(550, `5.2.1 <${address}>: account is disabled`),
      busy: () => reply(451, '4.3.0 Temporary lookup failure'),
    },
    tooManyRecipients: () => reply(452, '4.5.3 Error: too many recipients'),
    tooLarge: reply(552, '5.3.4 Message size exceeds fixed limit'),
    blocked: ({ address }) => reply(554, `5.7.1 Client host [${address}] blocked`),
    overRate: () => reply(451, '4.7.1 Too many messages, slow down'),
  },
  atMailFrom: [],
  afterData: [
    has.when(has.isRejectedByDmarc, ({ fromDomain }) =>
      reply(550, `5.7.1 Rejected by the DMARC policy of ${fromDomain}`),
    ),
  ],
  filesAsSpam: has.isQuarantinedByDmarc,
  accepted: () => '2.0.0 Ok: queued',
};
