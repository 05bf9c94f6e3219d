import fc from 'fast-check';
import { catalogue } from '../../../domain/bounce/catalogue.ts';
import { explainBounce } from '../../../domain/bounce/explain.ts';

const explain = (diagnosticCode: string, more: Partial<Parameters<typeof explainBounce>[0]> = {}) =>
  explainBounce({ destination: 'example.com', diagnosticCode, ...more });

describe('explainBounce', () => {
  it.each([
    {
      wrapped: '554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>',
      is: 'receiver_down',
    },
    {
      wrapped:
        '554 4.4.7 Message expired: unable to deliver in 840 minutes.<451 4.7.1 Greylisting in action>',
      is: 'greylisted',
    },
    {
      wrapped:
        "5.1.0 - Unknown address error '5.2.2 <taro@example.com>... Mailbox Full' (delivery attempts: 0)",
      is: 'mailbox_full',
    },
    {
      wrapped: "5.1.0 - Unknown address error '550-5.7.1 Relaying denied' (delivery attempts: 0)",
      is: 'relay_denied',
    },
    {
      wrapped: "Remote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'",
      is: 'user_unknown',
    },
    {
      wrapped:
        'mx.example.com [192.0.2.1] did not like our RCPT TO:552 5.2.2 <taro@example.com>: Recipient address rejected: Mailbox full',
      is: 'mailbox_full',
    },
    {
      wrapped:
        'delivery temporarily suspended: host mx.example.com[192.0.2.1] said: 450 4.7.1 Client host rejected: cannot find your hostname',
      is: 'ptr_missing',
    },
    {
      wrapped:
        '192.0.2.1 does not like recipient. Remote host said: 450 4.2.2 Over quota Giving up on 192.0.2.1. this message has been in the queue too long.',
      is: 'mailbox_full',
    },
    {
      wrapped:
        '** Address not found ** The response from the remote server was: 501 5.1.8 Sender address rejected',
      is: 'sender_rejected',
    },
  ])('believes the innermost answer: $wrapped', ({ wrapped, is }) => {
    expect(explain(wrapped).code).toBe(is);
    // The status beside it is the relay's.
    expect(explain(wrapped, { status: '5.1.0' }).code).toBe(is);
  });

  it.each([
    {
      when: 'RCPT was refused',
      diagnosticCode: 'host a[192.0.2.1] said: 550 User unknown (in reply to RCPT TO command)',
      code: 'user_unknown',
      action: 'suppress',
      confidence: 'high',
    },
    {
      when: 'DATA was refused',
      diagnosticCode: 'host a[192.0.2.1] said: 550 User unknown (in reply to end of DATA command)',
      code: 'recipient_filter',
      action: 'ask_user',
      confidence: 'medium',
    },
    {
      when: 'the code is one of addresses',
      diagnosticCode: '550 5.1.1 User unknown',
      code: 'user_unknown',
      action: 'suppress',
      confidence: 'high',
    },
    {
      when: 'SES calls it permanent',
      diagnosticCode: '550 User unknown',
      bounceType: 'Permanent',
      code: 'user_unknown',
      action: 'suppress',
      confidence: 'medium',
    },
    {
      when: 'nothing else is known',
      diagnosticCode: '550 User unknown',
      code: 'recipient_filter',
      action: 'ask_user',
      confidence: 'low',
    },
  ])(
    'takes "user unknown" for what it is when $when',
    ({ when: _, diagnosticCode, bounceType, ...expected }) => {
      expect(explain(diagnosticCode, bounceType === undefined ? {} : { bounceType })).toMatchObject(expected);
    },
  );

  it.each([
    ['OnAccountSuppressionList', 'suppressed_account'],
    ['OnTenantSuppressionList', 'suppressed_account'],
    ['Suppressed', 'suppressed_global'],
    ['EmailValidationSuppressed', 'suppressed_validation'],
    ['UnsubscribedRecipient', 'unsubscribed'],
  ])('knows from the subtype %s that SES did not try, whatever the text', (bounceSubType, code) => {
    const reason = explain('Amazon SES did not send the message: 550 5.1.1 user unknown', {
      bounceType: 'Permanent',
      bounceSubType,
    });
    expect(reason).toMatchObject({ code, action: 'none', layer: 'ses' });
  });

  it.each([
    ['NoEmail', 'user_unknown'],
    ['MailboxFull', 'mailbox_full'],
    ['constructor', 'unknown'],
    ['', 'unknown'],
  ])('uses the subtype "%s" where no text says more', (bounceSubType, code) => {
    expect(explain('', { bounceType: 'Permanent', bounceSubType }).code).toBe(code);
  });

  it.each([
    [
      'suppressed_account',
      'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
    ],
    [
      'suppressed_global',
      'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
    ],
  ])('reads %s from the sentence of SES where the subtype is lost', (code, text) => {
    expect(explain(text)).toMatchObject({ code, action: 'none', layer: 'ses' });
  });

  it.each([
    ['dns_temp', '421 4.4.0 Unable to lookup DNS for example.com'],
    ['mailbox_full', '452 4.2.2 The recipient is over quota'],
    ['receiver_error', '451 4.3.0 Mail server temporarily rejected message (#4.3.0)'],
  ])('takes the inner error out of what SES wraps around it: %s', (code, inner) => {
    const text = `554 4.4.7 Message expired: unable to deliver in 840 minutes.<${inner}>`;
    expect(explain(text).code).toBe(code);
  });

  it('gives nobody up while SES holds the failure for transient', () => {
    expect(explain('450 4.1.1 User unknown', { bounceType: 'Transient' })).toMatchObject({
      code: 'user_unknown',
      action: 'retry',
    });
  });

  it('says unknown, keeps the words, and gives nobody up, when nothing is to be understood', () => {
    const raw = 'Kein Anschluss unter dieser Nummer';
    expect(explain(raw, { status: '5.0.0', replyCode: '550' })).toMatchObject({
      code: 'unknown',
      action: 'none',
      ruleId: 'none',
      confidence: 'low',
      raw,
    });
  });

  it('is not led astray by names and links that sound like reasons', () => {
    expect(
      explain(
        '550 5.2.2 <spam-virus@example.com>: mailbox full, see https://blacklist.example.com/userunknown',
      ).code,
    ).toBe('mailbox_full');
    expect(explain('550 hmm <user-unknown@example.com> http://example.com/?mailbox-full').code).toBe(
      'unknown',
    );
    expect(explain('550 hmm 5.1.1.1 (version 4.2.2.9)').code).toBe('unknown');
  });

  it('reads the whole address as well as its domain', () => {
    const diagnosticCode = '550 : User unknown';
    expect(explainBounce({ destination: 'Taro@EZweb.ne.jp', diagnosticCode }).ruleId).toBe('kddi/filter');
    expect(explainBounce({ destination: 'ezweb.ne.jp.example.com', diagnosticCode }).ruleId).not.toMatch(
      /^kddi/,
    );
  });

  it('answers any text, gives up addresses only for reasons of addresses, and names its rule', () => {
    const words = fc.constantFrom(
      '550',
      '5.1.1',
      '4.7.0',
      'user',
      'unknown',
      'mailbox',
      'full',
      'said:',
      '<',
      '>',
      "'",
      '(',
      'host',
      'spam',
      'rejected',
      'a@example.com',
      'https://example.com',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 40 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(
        fc.record({
          destination: text,
          remoteMta: text,
          status: text,
          replyCode: text,
          diagnosticCode: text,
          bounceSubType: text,
        }),
        (evidence) => {
          const reason = explainBounce(evidence);
          expect(reason.raw).toBe(evidence.diagnosticCode);
          expect(reason.ruleId).not.toBe('');
          expect(reason.action !== 'suppress' || reason.layer === 'address').toBe(true);
        },
      ),
    );
  });

  it.each([
    'a',
    ' ',
    '<',
    "'",
    '(',
    '550 ',
    'domain ',
    'mailbox exceed',
    '5.1.',
    'a@',
    '@a',
    'host ',
    'said: ',
    'after rcpt to ',
    'https://',
    'sender not ',
    '1.',
    '\u0000',
  ])('comes to an end with 64 KB of "%s": backtracking would run into the time-out', (part) => {
    expect(explain(part.repeat(65_536 / part.length)).ruleId).not.toBe('');
  });
});

describe('the catalogue', () => {
  it.each(Object.entries(catalogue))('%s speaks both languages', (_, { textJa, textEn, fixJa, fixEn }) => {
    for (const text of [textJa, fixJa]) {
      expect(text).toMatch(/[ぁ-んァ-ヶ一-龠].*。$/);
    }
    for (const text of [textEn, fixEn]) {
      expect(text).toMatch(/^[A-Z][\x20-\x7e…]+[.]$/);
    }
  });

  it.each(Object.entries(catalogue))(
    '%s gives the address up only when the address is at fault',
    (_, { action, layer, fault }) => {
      expect(action !== 'suppress' || (layer === 'address' && fault === 'list')).toBe(true);
    },
  );
});
