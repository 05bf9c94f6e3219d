import type { ProbeResult } from './facts.ts';
import type { FindingDraft } from './finding.ts';
import type { Text } from './text.ts';

/** What it means when events do not come back. */
export const blind: FindingDraft['consequence'] = {
  all: {
    ja: 'バウンスや苦情に気づけず、送ってはいけない宛先に送り続けます。',
    en: 'Bounces and complaints go unseen, and mail goes on to people who must get none.',
  },
  ses: {
    ja: 'バウンス率5%・苦情率0.1%で審査されます。',
    en: 'Reviews accounts from 5 % bounces and 0.1 % complaints.',
  },
};

/** Where a probe got stuck, and what lies there. */
const places: Readonly<
  Record<Exclude<ProbeResult['reached'], 'ok'>, { readonly where: Text; readonly look: Text }>
> = {
  queue: {
    where: { ja: '通知キューから先に進みませんでした', en: 'was not taken off the notifications queue' },
    look: {
      ja: 'send-notification の呼び出しとエラー、キューの滞留を確かめてください。',
      en: 'Look at invocations and errors of send-notification, and at what waits on its queue.',
    },
  },
  ses: {
    where: { ja: 'SESに受け付けられませんでした', en: 'was not accepted by SES' },
    look: {
      ja: '台帳の理由（todoke status ID）と検査1・2を確かめてください。',
      en: 'See the reason in the ledger (todoke status ID) and checks 1 and 2.',
    },
  },
  event: {
    where: { ja: 'SESのイベントが届きませんでした', en: 'was accepted, but no event came back' },
    look: {
      ja: '設定セットの送り先、SNSトピックの購読とキーのポリシー、feedbackキューを確かめてください。',
      en: 'Look at the event destination, at subscription and key policy of the SNS topic, and at the feedback queue.',
    },
  },
  ledger: {
    where: {
      ja: 'イベントは届きましたが台帳に記録されませんでした',
      en: 'came back as another event than it should',
    },
    look: {
      ja: 'record-feedback のログとデッドレターキューを確かめてください。',
      en: 'Look at the log of record-feedback and its dead-letter queue.',
    },
  },
  suppression: {
    where: {
      ja: '記録されましたが抑止されませんでした',
      en: 'was recorded, but did not suppress the address',
    },
    look: {
      ja: 'suppressionsテーブルへの権限と抑止ポリシーを確かめてください。',
      en: 'Look at the grants on the suppressions table and at the suppression policy of the stage.',
    },
  },
};

/** What a mail to the simulator tells of the way back. */
export function probeFinding({ mailbox, reached, seconds, detail }: ProbeResult): FindingDraft | undefined {
  if (reached === 'ok') {
    return undefined;
  }
  const { where, look } = places[reached];
  return {
    code: `probe-${mailbox}`,
    severity: 'block',
    title: {
      ja: `${mailbox}@simulator.amazonses.com への試し送りは${where.ja}（${seconds}秒）。`,
      en: `The mail to ${mailbox}@simulator.amazonses.com ${where.en} (${seconds} s).`,
    },
    evidence: [`${mailbox}: ${reached}${detail === undefined ? '' : `, ${detail}`}`],
    consequence: blind,
    fix: { text: look, changes: [{ kind: 'goal', fact: `feedback.probe.${mailbox}`, value: 'ok' }] },
  };
}
