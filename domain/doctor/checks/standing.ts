import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';

/** Share of mail reported as spam: below the first all is well, at the second Gmail gives no more mitigation. */
const spamRates = { warn: 0.001, limit: 0.003 };

export const monitoringCheck: Check = {
  number: 27,
  title: { ja: 'Postmaster Tools・SNDS・CFL', en: 'Postmaster Tools, SNDS, Yahoo’s complaint feedback loop' },
  examine({ facts }) {
    const { googleSpamRate, googleCompliant, yahooFeedbackLoop, microsoftSnds } = need(facts.monitoring);
    const draft = (
      holds: boolean,
      code: string,
      ja: string,
      en: string,
      evidence: string,
      fact: string,
      value: unknown,
    ): FindingDraft | undefined =>
      holds
        ? undefined
        : {
            code,
            severity: 'warn',
            title: { ja, en },
            evidence: [evidence],
            consequence: {
              gmail: {
                ja: `苦情率は${spamRates.limit * 100}%を超えてはいけません。`,
                en: `The spam rate must stay under ${spamRates.limit * 100} %.`,
              },
            },
            fix: {
              text: {
                ja: '各社の管理画面で登録・確認してください。苦情が多い場合は、反応のない宛先への配信を止めてください。',
                en: 'Enrol, or look, in the provider’s own tool; with many complaints stop mailing who never reacts.',
              },
              changes: [{ kind: 'goal', fact: `monitoring.${fact}`, value }],
            },
          };
    return outcome([
      draft(
        (googleSpamRate ?? 0) < spamRates.warn,
        'google-spam-rate',
        `Gmailの苦情率が${((googleSpamRate ?? 0) * 100).toFixed(2)}%です。`,
        `Gmail users report ${((googleSpamRate ?? 0) * 100).toFixed(2)} % of the mail as spam.`,
        `googleSpamRate=${googleSpamRate}`,
        'googleSpamRate',
        0.0005,
      ),
      draft(
        googleCompliant !== false,
        'google-not-compliant',
        'Postmaster Toolsの要件を満たしていません。',
        'Postmaster Tools says that a requirement is not met.',
        'googleCompliant=false',
        'googleCompliant',
        true,
      ),
      draft(
        yahooFeedbackLoop !== false,
        'yahoo-loop-missing',
        'YahooのCFLに登録していません。',
        'The domain is not enrolled in Yahoo’s complaint feedback loop.',
        'yahooFeedbackLoop=false',
        'yahooFeedbackLoop',
        true,
      ),
      draft(
        microsoftSnds !== false,
        'snds-missing',
        'Microsoft SNDS・JMRPに登録していません。',
        'The addresses are not enrolled in Microsoft’s SNDS and JMRP.',
        'microsoftSnds=false',
        'microsoftSnds',
        true,
      ),
    ]);
  },
};

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
