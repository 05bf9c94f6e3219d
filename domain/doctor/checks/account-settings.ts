import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';
import { ses } from '../remedies.ts';
import type { ConfigurationSetAnswer } from '../ses-answers.ts';

export const pricingCheck: Check = {
  number: 31,
  title: { ja: '料金プラン', en: 'Pricing plan' },
  examine({ facts }) {
    const plan = need(facts.ses.account).PricingAttributes?.CurrentPlan ?? 'NONE';
    if (plan === 'NONE') {
      return outcome([]);
    }
    return outcome([
      {
        code: 'pricing-plan',
        severity: 'info',
        title: {
          ja: `料金プランが ${plan} です。従量料金（NONE）なら千通あたり0.10ドルです。`,
          en: `The account is on the ${plan} plan; without a plan a thousand mails cost $0.10.`,
        },
        evidence: [`GetAccount PricingAttributes.CurrentPlan=${plan}`],
        consequence: {
          ses: {
            ja: 'ESSENTIALSは千通あたり0.16ドルから。百万通で約60ドル高くなります。',
            en: 'ESSENTIALS starts at $0.16 a thousand: about $60 more for each million mails.',
          },
        },
        fix: {
          text: {
            ja: 'プランの機能を使っていなければ、従量料金に変えてください。アカウント全体に効きます。',
            en: 'Unless you use what the plan includes, change to paying by the mail. This is a setting of the whole account.',
          },
          changes: [ses('PutAccountPricingAttributes', { Plan: 'NONE' })],
        },
      },
    ]);
  },
};

const wanted = ['BOUNCE', 'COMPLAINT'];

export const suppressionCheck: Check = {
  number: 32,
  title: { ja: 'SESの抑止リスト', en: 'SES suppresses bounces and complaints' },
  examine({ facts }) {
    const reasons = need(facts.ses.account).SuppressionAttributes?.SuppressedReasons ?? [];
    const sets = facts.ses.configurationSets.known ? facts.ses.configurationSets.value : [];
    return outcome([accountFinding(reasons), ...sets.map(setFinding)]);
  },
};

const consequence: FindingDraft['consequence'] = {
  ses: {
    ja: '存在しない宛先や苦情のあった宛先に再び送り、バウンス率と苦情率が上がります。',
    en: 'Addresses that bounced or complained get mail again, and both rates of the account rise.',
  },
};

function accountFinding(reasons: readonly string[]): FindingDraft | undefined {
  const missing = wanted.filter((reason) => !reasons.includes(reason));
  if (missing.length === 0) {
    return undefined;
  }
  return {
    code: 'account-suppression-off',
    severity: 'warn',
    title: {
      ja: `アカウントの抑止リストに ${missing.join('・')} が入りません。`,
      en: `The account's suppression list leaves out ${missing.join(' and ')}.`,
    },
    evidence: [`GetAccount SuppressionAttributes.SuppressedReasons=[${reasons.join(', ')}]`],
    consequence,
    fix: {
      text: { ja: '両方の理由を有効にしてください。', en: 'Switch both reasons on.' },
      changes: [ses('PutAccountSuppressionAttributes', { SuppressedReasons: wanted })],
    },
  };
}

/** A set without options of its own follows the account. */
function setFinding({
  ConfigurationSetName = '',
  SuppressionOptions,
}: ConfigurationSetAnswer): FindingDraft | undefined {
  const reasons = SuppressionOptions?.SuppressedReasons;
  const missing = wanted.filter((reason) => reasons !== undefined && !reasons.includes(reason));
  if (missing.length === 0) {
    return undefined;
  }
  return {
    code: 'set-suppression-off',
    severity: 'warn',
    title: {
      ja: `設定セット ${ConfigurationSetName} が ${missing.join('・')} の抑止を止めています。`,
      en: `Configuration set ${ConfigurationSetName} switches suppression of ${missing.join(' and ')} off.`,
    },
    evidence: [`GetConfigurationSet ${ConfigurationSetName} SuppressedReasons=[${reasons?.join(', ')}]`],
    consequence,
    fix: {
      text: { ja: '両方の理由を有効にしてください。', en: 'Switch both reasons on.' },
      changes: [
        ses('PutConfigurationSetSuppressionOptions', { ConfigurationSetName, SuppressedReasons: wanted }),
      ],
    },
  };
}
