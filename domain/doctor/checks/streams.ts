import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';

export const streamsCheck: Check = {
  number: 28,
  title: { ja: '通知と販促の分離', en: 'Single mails and campaigns apart' },
  examine({ facts }) {
    const { transactional, marketing } = need(facts.streams);
    const apart =
      transactional.domain !== marketing.domain ||
      !marketing.configurationSets.includes(transactional.configurationSet);
    if (apart) {
      return outcome([]);
    }
    return outcome([
      {
        code: 'streams-mixed',
        severity: 'warn',
        title: {
          ja: 'ワンタイムパスワードなどの通知と販促メールが同じ設定セット・ドメインです。',
          en: 'One-time passwords and campaigns use the same configuration set and domain.',
        },
        evidence: [
          `transactional: ${transactional.configurationSet} ${transactional.domain}`,
          `marketing: ${marketing.configurationSets.join(', ')} ${marketing.domain}`,
        ],
        consequence: {
          all: {
            ja: '販促の苦情が通知の到達率を下げ、止めるときも一緒に止まります。',
            en: 'Complaints about campaigns hurt one-time passwords, and a pause stops both.',
          },
          apple: { ja: '通知と販促を分けるよう求めています。', en: 'Asks for separate streams.' },
        },
        fix: {
          text: {
            ja: '販促に別の設定セット（またはサブドメイン）を使ってください。Todokeのスタックは別々に作ります。',
            en: 'Use another configuration set or subdomain for campaigns; the stack of Todoke makes them apart.',
          },
          changes: [
            {
              kind: 'goal',
              fact: 'streams.marketing.configurationSets',
              value: marketing.configurationSets.map((name) =>
                name === transactional.configurationSet ? `${name}-campaigns` : name,
              ),
            },
          ],
        },
      },
    ]);
  },
};
