import * as has from '../checks.ts';
import type { Examined } from '../examination.ts';
import { dkimAligned, type Persona, reply, spfPasses, statesNoRate } from '../persona.ts';

const host = 'outlook-com.olc.protection.outlook.com';
const marked = (text: string) => `${text} [SA2PEPF00001507.namprd04.prod.outlook.com]`;
const word = (passes: boolean) => (passes ? 'Pass' : 'Fail');

/** The rules for domains that send more than 5,000 mails a day, which have been enforced since 2025-05-05. */
export const outlook: Persona = {
  name: 'outlook',
  domains: ['outlook.com', 'hotmail.com', 'live.com', 'outlook.jp', 'hotmail.co.jp'],
  host,
  address: '192.0.2.52',
  maxMessageBytes: 49_283_072,
  maxRecipients: 500,
  ...statesNoRate,
  replies: {
    recipient: {
      unknown: () =>
        reply(550, marked('5.5.0 Requested action not taken: mailbox unavailable (S2017062302).')),
      full: () =>
        reply(
          452,
          marked('4.2.2 The recipient mailbox is full; STOREDRV.Deliver.Exception:QuotaExceededException.'),
        ),
      disabled: () => reply(550, marked('5.2.1 The account is disabled.')),
      busy: () => reply(432, marked('4.3.2 STOREDRV.Deliver; recipient thread limit exceeded')),
    },
    tooManyRecipients: () => reply(452, marked('4.5.3 Too many recipients')),
    tooLarge: reply(552, marked('5.3.4 Message size exceeds fixed maximum message size')),
    blocked: ({ address }) =>
      reply(
        550,
        marked(
          `5.7.1 Unfortunately, messages from [${address}] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors.`,
        ),
      ),
    overRate: ({ address }) =>
      reply(451, marked(`4.7.500 Server busy. Please try again later from [${address}]. (S77714)`)),
  },
  atMailFrom: [],
  afterData: [
    has.when(has.hasOddFrom, () => reply(550, marked('5.6.211 Invalid From header'))),
    has.when(has.hasNoHostName, ({ client }) =>
      reply(
        550,
        marked(
          `5.7.25 Service unavailable, sending IPv4 address [${client.address}] must have reverse DNS record`,
        ),
      ),
    ),
    has.when(has.isRejectedByDmarc, ({ fromDomain }) =>
      reply(
        550,
        marked(
          `5.7.509 Access denied, sending domain ${fromDomain.toUpperCase()} does not pass DMARC verification and has a DMARC policy of reject.`,
        ),
      ),
    ),
    has.when(lacksAuthenticationLevel, (mail) =>
      reply(
        550,
        marked(
          `5.7.515 Access denied, sending domain ${mail.fromDomain.toUpperCase()} does not meet the required authentication level. The sender's domain in the 5322.From address doesn't meet the authentication requirements defined for the sender. To learn how to fix this see: https://go.microsoft.com/fwlink/p/?linkid=2319303 Spf= ${word(spfPasses(mail))} , Dkim= ${word(dkimAligned(mail))} , DMARC= ${word(mail.dmarc.result === 'pass')}`,
        ),
      ),
    ),
  ],
  filesAsSpam: () => false,
  accepted: ({ client }) =>
    `2.6.0 <${client.mailFrom}> [InternalId=1, Hostname=${host}] Queued mail for delivery`,
};

function lacksAuthenticationLevel(mail: Examined): boolean {
  return has.failsSpf(mail) || has.lacksOwnDkim(mail) || mail.dmarc.result !== 'pass';
}
