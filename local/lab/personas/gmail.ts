import * as has from '../checks.ts';
import type { Examined } from '../examination.ts';
import { type Persona, queueId, reply, statesNoRate } from '../persona.ts';

const gsmtp = (mail: Examined) => `${queueId(mail)} - gsmtp`;
const authentication = 'https://support.google.com/mail/answer/81126#authentication';

/** Every sender counts as a bulk sender: whoever was one once stays one (support.google.com/a/answer/14229414). */
export const gmail: Persona = {
  name: 'gmail',
  domains: ['gmail.com', 'googlemail.com'],
  host: 'gmail-smtp-in.l.google.com',
  address: '192.0.2.51',
  maxMessageBytes: 35_882_577,
  maxRecipients: 100,
  ...statesNoRate,
  replies: {
    recipient: {
      unknown: () =>
        reply(
          550,
          '5.1.1 The email account that you tried to reach does not exist. Please try',
          "5.1.1 double-checking the recipient's email address for typos or",
          '5.1.1 unnecessary spaces. For more information, go to',
          '5.1.1  https://support.google.com/mail/?p=NoSuchUser a1si8948893pgd.803 - gsmtp',
        ),
      full: () =>
        reply(
          452,
          "4.2.2 The recipient's inbox is out of storage space. Please direct the",
          '4.2.2 recipient to',
          '4.2.2  https://support.google.com/mail/?p=OverQuotaTemp a1si8948893pgd.803 - gsmtp',
        ),
      disabled: () =>
        reply(
          550,
          '5.2.1 The email account that you tried to reach is inactive. For more',
          '5.2.1 information, go to',
          '5.2.1  https://support.google.com/mail/?p=DisabledUser a1si8948893pgd.803 - gsmtp',
        ),
      busy: () =>
        reply(
          450,
          '4.2.1 The user you are trying to contact is receiving email too quickly.',
          '4.2.1 Please resend your message at a later time. For more information, go to',
          '4.2.1  https://support.google.com/mail/?p=ReceivingRate a1si8948893pgd.803 - gsmtp',
        ),
    },
    tooManyRecipients: () => reply(452, '4.5.3 Your message has too many recipients. - gsmtp'),
    tooLarge: reply(
      552,
      "5.3.4 Your message exceeded Google's message size limits. For more information, go to",
      '5.3.4  https://support.google.com/mail/?p=MaxSizeError - gsmtp',
    ),
    blocked: ({ address }) =>
      reply(
        550,
        `5.7.28 [${address}] Gmail has detected an unusual rate of unsolicited mail originating`,
        '5.7.28 from your IP address. To protect our users from spam, mail sent from your IP',
        '5.7.28 address has been blocked. - gsmtp',
      ),
    overRate: ({ address }) =>
      reply(
        421,
        `4.7.28 [${address}] Gmail has detected an unusual rate of unsolicited mail originating`,
        '4.7.28 from your IP address. To protect our users from spam, mail sent from your IP',
        '4.7.28 address has been temporarily rate limited. - gsmtp',
      ),
  },
  atMailFrom: [],
  afterData: [
    has.when(has.hasOddFrom, (mail) =>
      reply(
        550,
        '5.7.1 Messages with multiple addresses in From: header, or without a valid address',
        `5.7.1 in it, are not accepted. ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.hasNoMessageId, (mail) =>
      reply(
        550,
        '5.7.1 Messages missing a valid Message-ID: header are not accepted.',
        `5.7.1 ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.hasOddFields, (mail) =>
      reply(550, `5.7.1 This message is not RFC 5322 compliant. ${gsmtp(mail)}`),
    ),
    has.when(has.hasNoHostName, (mail) =>
      reply(
        550,
        `5.7.25 [${mail.client.address}] The IP address sending this message does not have a PTR`,
        '5.7.25 record setup, or the corresponding forward DNS entry does not match the',
        `5.7.25 sending IP. As a policy, Gmail does not accept messages from it. ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.cameInTheOpen, (mail) =>
      reply(
        550,
        '5.7.29 This email has been blocked because the message was not sent over a TLS',
        `5.7.29 connection, which Gmail requires of all bulk email senders. ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.isUnauthenticated, (mail) =>
      reply(
        550,
        '5.7.26 Your email has been blocked because the sender is unauthenticated.',
        '5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.',
        '5.7.26  Authentication results: DKIM = did not pass',
        `5.7.26  SPF with ip: [${mail.client.address}] = did not pass`,
        `5.7.26  ${authentication} ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.isRejectedByDmarc, (mail) =>
      reply(
        550,
        `5.7.26 Unauthenticated email from ${mail.fromDomain} is not accepted due to`,
        "5.7.26 domain's DMARC policy. Please contact the administrator of the",
        '5.7.26 domain if this was a legitimate mail. To learn about the DMARC',
        `5.7.26 initiative, go to https://support.google.com/mail/?p=DmarcRejection ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.failsDmarc, (mail) =>
      reply(
        550,
        "5.7.32 This email has been blocked because the From: header (RFC5322) in this message isn't",
        '5.7.32 aligned with either the authenticated SPF or DKIM organizational domain.',
        `5.7.32  ${authentication} ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.failsSpf, (mail) =>
      reply(
        550,
        "5.7.27 This email has been blocked because SPF authentication didn't pass for this message,",
        `5.7.27 which Gmail requires of all bulk email senders. ${authentication} ${gsmtp(mail)}`,
      ),
    ),
    has.when(has.lacksOwnDkim, (mail) =>
      reply(
        550,
        "5.7.30 This email has been blocked because DKIM authentication didn't pass for this message,",
        `5.7.30 which Gmail requires of all bulk email senders. ${authentication} ${gsmtp(mail)}`,
      ),
    ),
    // Its FAQ says that only mitigation is lost without a record, its list of SMTP errors has this answer.
    has.when(has.hasNoDmarcRecord, (mail) =>
      reply(
        550,
        "5.7.40 This email has been blocked because the sending domain doesn't have a DMARC record,",
        `5.7.40 or the DMARC record doesn't specify a DMARC policy. ${gsmtp(mail)}`,
      ),
    ),
  ],
  filesAsSpam: () => false,
  accepted: (mail) => `2.0.0 OK ${gsmtp(mail)}`,
};
