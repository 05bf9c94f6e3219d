import type { Verdict } from './verdict.ts';
import type { Text } from './verdict-text.ts';

/**
 * A draft of an answer to the customer who asked. It has nothing in it of anybody else, nor of our insides: what happened, what to do
 * and a number to refer to.
 *
 * @param reference - Id of the mail.
 */
export function replyDraft({ customer, ask }: Verdict, reference: string): Text {
  return {
    ja: [
      'お問い合わせありがとうございます。',
      'メールの配信状況をお調べしましたので、ご報告いたします。',
      '',
      customer.ja,
      ...(ask === undefined ? [] : ['', ask.ja]),
      '',
      'ご不明な点がございましたら、次の番号を添えてお知らせください。',
      `照会番号:${reference}`,
    ].join('\n'),
    en: [
      'Thank you for contacting us.',
      'We have looked into what became of the message.',
      '',
      customer.en,
      ...(ask === undefined ? [] : ['', ask.en]),
      '',
      'If anything is unclear, please write to us with this reference.',
      `Reference: ${reference}`,
    ].join('\n'),
  };
}
