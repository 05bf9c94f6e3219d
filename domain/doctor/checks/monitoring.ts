import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { Monitoring } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import type { Text } from '../text.ts';

/** Share of mail reported as spam: below the first all is well, at the second Gmail gives no more mitigation. */
const spamRates = { warn: 0.001, limit: 0.003 };

export const monitoringCheck: Check = {
  number: 27,
  title: { ja: 'Postmaster Tools・SNDS・CFL', en: 'Postmaster Tools, SNDS, Yahoo’s complaint feedback loop' },
  examine({ facts }) {
    const told = need(facts.monitoring);
    return outcome([spamRate(told), compliance(told), feedbackLoop(told), dataServices(told)]);
  },
};

function draft(
  code: string,
  title: Text,
  consequence: FindingDraft['consequence'],
  text: Text,
  fact: keyof Monitoring,
  seen: unknown,
  value: unknown,
): FindingDraft {
  return {
    code,
    severity: 'warn',
    title,
    evidence: [`${fact}=${seen}`],
    consequence,
    fix: { text, changes: [{ kind: 'goal', fact: `monitoring.${fact}`, value }] },
  };
}

function spamRate({ googleSpamRate = 0 }: Monitoring): FindingDraft | undefined {
  if (googleSpamRate < spamRates.warn) {
    return undefined;
  }
  const over = googleSpamRate >= spamRates.limit;
  const percent = (googleSpamRate * 100).toFixed(2);
  return draft(
    'google-spam-rate',
    {
      ja: `Gmailの苦情率が${percent}%です。`,
      en: `Gmail users report ${percent} % of the mail as spam.`,
    },
    {
      gmail: over
        ? {
            ja: '0.3%以上です。迷惑メール扱いや拒否の救済を受けられません。7日続けて0.3%未満になると戻ります。',
            en: 'That is 0.3 % or more: no mitigation until it was below for 7 days in a row.',
          }
        : {
            ja: '0.1%未満に保つよう求めています。0.3%以上で救済を受けられなくなります。',
            en: 'Asks for less than 0.1 %; from 0.3 % on there is no mitigation.',
          },
    },
    {
      ja: '反応のない宛先への配信を止め、頻度を下げ、配信停止を見つけやすくしてください。',
      en: 'Stop mailing who never reacts, mail less often, and make the unsubscribe link easy to find.',
    },
    'googleSpamRate',
    googleSpamRate,
    spamRates.warn / 2,
  );
}

function compliance({ googleCompliant }: Monitoring): FindingDraft | undefined {
  return googleCompliant !== false
    ? undefined
    : draft(
        'google-not-compliant',
        {
          ja: 'Postmaster Toolsの要件を満たしていません。',
          en: 'Postmaster Tools says that a requirement is not met.',
        },
        {
          gmail: {
            ja: '要件を満たさないメールは、一時的または恒久的に拒否されます。',
            en: 'Mail that does not comply is deferred or rejected.',
          },
        },
        {
          ja: 'https://postmaster.google.com/v2/ の「コンプライアンス ステータス」で、満たしていない項目を確かめてください。SPF・DKIM・DMARC・配信停止はこの検査の3〜12が直し方を示します。',
          en: 'See which one under "Compliance status" of https://postmaster.google.com/v2/; checks 3 to 12 say how to mend SPF, DKIM, DMARC and unsubscribing.',
        },
        'googleCompliant',
        googleCompliant,
        true,
      );
}

function feedbackLoop({ yahooFeedbackLoop }: Monitoring): FindingDraft | undefined {
  return yahooFeedbackLoop !== false
    ? undefined
    : draft(
        'yahoo-loop-missing',
        {
          ja: 'YahooのCFLに登録していません。',
          en: 'The domain is not enrolled in Yahoo’s complaint feedback loop.',
        },
        {
          yahoo: {
            ja: '苦情がこちらに届かず、苦情率が0.3%を超えても気づけません。',
            en: 'Complaints do not come back, so that nobody sees the spam rate pass 0.3 %.',
          },
        },
        {
          ja: 'https://senders.yahooinc.com/complaint-feedback-loop/ で、DKIMの d= のドメインを登録してください。',
          en: 'Enrol the domain of d= in the DKIM signature at https://senders.yahooinc.com/complaint-feedback-loop/.',
        },
        'yahooFeedbackLoop',
        yahooFeedbackLoop,
        true,
      );
}

function dataServices({ microsoftSnds }: Monitoring): FindingDraft | undefined {
  return microsoftSnds !== false
    ? undefined
    : draft(
        'snds-missing',
        {
          ja: 'Microsoft SNDS・JMRPに登録していません。',
          en: 'The addresses are not enrolled in Microsoft’s SNDS and JMRP.',
        },
        {
          microsoft: {
            ja: 'IPアドレスの評判と苦情が見えず、S3140・S3150の遮断に備えられません。',
            en: 'Standing of the addresses and complaints stay unseen until S3140 or S3150 blocks them.',
          },
        },
        {
          ja: '専用IPなら https://sendersupport.olc.protection.outlook.com/snds/ で登録してください。共有IPはAWSが登録しています。',
          en: 'Enrol dedicated addresses at https://sendersupport.olc.protection.outlook.com/snds/; shared ones are enrolled by AWS.',
        },
        'microsoftSnds',
        microsoftSnds,
        true,
      );
}
