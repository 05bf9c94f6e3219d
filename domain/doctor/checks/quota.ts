import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';
import { ses } from '../remedies.ts';
import type { AccountAnswer } from '../ses-answers.ts';

/** Room above the planned volume: retries, notifications, and whoever else sends from the account. */
const headroom = 1.2;

const secondsADay = 86_400;

export const quotaCheck: Check = {
  number: 2,
  title: { ja: 'サンドボックスと送信枠', en: 'Out of the sandbox, with quota and rate for what is planned' },
  examine({ facts }) {
    const account = need(facts.ses.account);
    const { volume } = facts.plan;
    if (volume === undefined) {
      return outcome([sandbox(account, facts.domain)], {
        undecided: {
          ja: '予定の通数が分かりません（--volume または --audience）。',
          en: 'how much is planned is not known: --volume or --audience',
        },
      });
    }
    return outcome([sandbox(account, facts.domain), quota(account, volume), rate(account, volume)]);
  },
};

function sandbox({ ProductionAccessEnabled }: AccountAnswer, domain: string): FindingDraft | undefined {
  if (ProductionAccessEnabled !== false) {
    return undefined;
  }
  return {
    code: 'sandbox',
    severity: 'block',
    title: {
      ja: 'SESアカウントがサンドボックスにあります。',
      en: 'The SES account is in the sandbox.',
    },
    evidence: ['GetAccount ProductionAccessEnabled=false'],
    consequence: {
      ses: {
        ja: '24時間に200通、毎秒1通、認証済みの宛先にしか送れません。',
        en: '200 mails in 24 hours, one a second, and only to verified recipients.',
      },
    },
    fix: {
      text: {
        ja: '本番利用を申請してください。AWSの審査には通常1日かかります。',
        en: 'Ask AWS for production access; the answer usually takes a day.',
      },
      changes: [
        ses('PutAccountDetails', {
          ProductionAccessEnabled: true,
          MailType: 'MARKETING',
          WebsiteURL: `https://${domain}/`,
          ContactLanguage: 'JA',
        }),
      ],
    },
  };
}

/** @returns how many recipients the rolling quota still takes; undefined without a limit */
function quotaLeft({ SendQuota }: AccountAnswer): number | undefined {
  const { Max24HourSend = -1, SentLast24Hours = 0 } = SendQuota ?? {};
  return Max24HourSend < 0 ? undefined : Math.max(0, Max24HourSend - SentLast24Hours);
}

function quota(account: AccountAnswer, volume: number): FindingDraft | undefined {
  const left = quotaLeft(account);
  if (left === undefined || volume * headroom <= left) {
    return undefined;
  }
  const fits = Math.floor(left / headroom);
  return {
    code: 'quota-too-small',
    severity: 'block',
    title: {
      ja: `24時間の送信枠が足りません（予定 ${volume} 通、残り ${left} 通）。`,
      en: `The 24-hour quota is too small: ${volume} planned, ${left} left.`,
    },
    evidence: [
      `GetAccount Max24HourSend=${account.SendQuota?.Max24HourSend} SentLast24Hours=${account.SendQuota?.SentLast24Hours}`,
      `${volume} × ${headroom} > ${left}`,
    ],
    consequence: {
      ses: {
        ja: '枠を使い切ると配信は途中で止まり、翌日に続きます。通知メールの枠も減ります。',
        en: 'The campaign stops half-way and goes on the next day, and single mails compete for what is left.',
      },
    },
    fix: {
      text: {
        ja: `今日は ${fits} 通までに分けるか、Service Quotas で「Sending quota」の引き上げを申請してください。`,
        en: `Send to at most ${fits} today and the rest later, or ask for a higher "Sending quota" in Service Quotas.`,
      },
      changes: [{ kind: 'goal', fact: 'plan.volume', value: fits }],
    },
  };
}

function rate({ SendQuota }: AccountAnswer, volume: number): FindingDraft | undefined {
  const perSecond = SendQuota?.MaxSendRate ?? 0;
  const fits = Math.floor((perSecond * secondsADay) / headroom);
  if (volume <= fits) {
    return undefined;
  }
  return {
    code: 'rate-too-low',
    severity: 'block',
    title: {
      ja: `毎秒 ${perSecond} 通では ${volume} 通を1日で送り終えられません。`,
      en: `At ${perSecond} a second, ${volume} mails take more than a day.`,
    },
    evidence: [
      `GetAccount MaxSendRate=${perSecond}`,
      `${volume} × ${headroom} > ${perSecond} × ${secondsADay}`,
    ],
    consequence: {
      ses: { ja: '配信が翌日以降にずれ込みます。', en: 'The campaign runs into the next day and beyond.' },
    },
    fix: {
      text: {
        ja: `${fits} 通以下に分けるか、Service Quotas で「Sending rate」の引き上げを申請してください。`,
        en: `Send to at most ${fits} a day, or ask for a higher "Sending rate" in Service Quotas.`,
      },
      changes: [{ kind: 'goal', fact: 'plan.volume', value: fits }],
    },
  };
}
