import * as has from '../checks.ts';
import type { Examined } from '../examination.ts';
import { type Persona, reply } from '../persona.ts';

/** RFC 5322 §2.1.1: characters in a line, without the line break. */
const maxLine = 998;

/**
 * NTT docomo since 2025-03-13: what a filter catches is accepted with 250 and filed under 「迷惑メール_ドコモ用」.
 * SPF is looked up for the domain of the From field, which has to have an A or an MX record too.
 */
export const docomo: Persona = {
  name: 'docomo',
  domains: ['docomo.ne.jp'],
  host: 'mfsmax.docomo.ne.jp',
  address: '192.0.2.54',
  maxMessageBytes: 10_485_760,
  maxRecipients: 100,
  mailsPerMinute: Number.POSITIVE_INFINITY,
  // docomo states no number.
  unknownPerMinute: 100,
  greylistMs: 0,
  replies: {
    recipient: {
      unknown: (address) => reply(550, `Unknown user ${address}`),
      full: () => reply(552, 'Too much mail data'),
      disabled: (address) => reply(550, `Unknown user ${address}`),
      busy: () => reply(451, 'Requested action aborted: local error in processing'),
    },
    tooManyRecipients: () => reply(550, 'Too many recipients'),
    tooLarge: reply(552, 'Message size exceeds maximum permitted'),
    blocked: ({ address }) => reply(421, `Service not available for ${address}`),
    overRate: ({ address }) => reply(421, `Service not available for ${address}`),
  },
  atMailFrom: [],
  afterData: [
    has.when(
      ({ longestLine }) => longestLine > maxLine,
      () => reply(500, 'Line Too Long'),
    ),
  ],
  filesAsSpam: looksForged,
  accepted: () => 'Message accepted for delivery',
};

function looksForged(mail: Examined): boolean {
  return mail.dmarc.result !== 'pass' || mail.fromDomainSpf !== 'pass' || !mail.fromDomainReachable;
}
