import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { Facts } from '../facts.ts';
import type { FindingDraft, Goal } from '../finding.ts';
import type { AccountRates, Reputation } from '../ses-answers.ts';

/** Mails below which a rate that we work out ourselves says nothing. */
const enough = { bounced: 100, complained: 1000 };

/** SES reviews an account from the first on, and may pause it from the second. */
const limits = { bounced: { review: 0.05, pause: 0.1 }, complained: { review: 0.001, pause: 0.005 } };

type Kind = keyof typeof limits;

const names = {
  bounced: { ja: 'バウンス率', en: 'bounce' },
  complained: { ja: '苦情率', en: 'complaint' },
} as const;

interface Source {
  readonly rate: number;
  readonly evidence: string;
  readonly better: Goal;
}

export const ratesCheck: Check = {
  number: 19,
  title: { ja: 'バウンス率と苦情率', en: 'Bounce and complaint rates' },
  examine({ facts }) {
    const { reputation, rates } = facts.ses;
    if (!reputation.known && !rates.known && !facts.history.known) {
      need(reputation);
    }
    const findings = (['bounced', 'complained'] as const).map((kind) =>
      finding(kind, sourcesOf(facts, kind)),
    );
    if (reputation.known) {
      const { bounceRate, complaintRate } = reputation.value;
      return outcome(
        findings,
        bounceRate === undefined && complaintRate === undefined
          ? {
              note: {
                ja: 'CloudWatchにSESのバウンス率・苦情率がまだありません（最近の送信がありません）。',
                en: 'CloudWatch has no bounce or complaint rate of SES yet: little was sent lately.',
              },
            }
          : {},
      );
    }
    // Campaigns are not all that the account sends.
    return outcome(findings, rates.known ? { note: reputation.why } : { undecided: reputation.why });
  },
};

/** In the order in which they count: the rates that SES itself judges by, its sums, then what our campaigns came to. */
function sourcesOf({ ses: { reputation, rates }, history }: Facts, kind: Kind): Source[] {
  return [
    ...(reputation.known ? ofCloudWatch(reputation.value, kind) : []),
    ...(rates.known
      ? counted('Virtual Deliverability Manager, 30 days', 'ses.rates', rates.value, kind)
      : []),
    ...(history.known
      ? counted('campaigns, 30 days', 'history', { ...history.value, sent: history.value.accepted }, kind)
      : []),
  ];
}

function ofCloudWatch({ bounceRate, complaintRate }: Reputation, kind: Kind): Source[] {
  const [name, path, rate] =
    kind === 'bounced'
      ? ['Reputation.BounceRate', 'bounceRate', bounceRate]
      : ['Reputation.ComplaintRate', 'complaintRate', complaintRate];
  return rate === undefined
    ? []
    : [
        {
          rate,
          evidence: `CloudWatch AWS/SES ${name}: ${percent(rate)}`,
          better: { kind: 'goal', fact: `ses.reputation.${path}`, value: limits[kind].review / 2 },
        },
      ];
}

function counted(from: string, path: string, rates: AccountRates, kind: Kind): Source[] {
  const { sent } = rates;
  return sent < enough[kind]
    ? []
    : [
        {
          rate: rates[kind] / sent,
          evidence: `${from}: ${rates[kind]} of ${sent} (${percent(rates[kind] / sent)})`,
          better: {
            kind: 'goal',
            fact: `${path}.${kind}`,
            value: Math.floor((sent * limits[kind].review) / 2),
          },
        },
      ];
}

function finding(kind: Kind, sources: readonly Source[]): FindingDraft | undefined {
  const { review, pause } = limits[kind];
  const over = sources.filter(({ rate }) => rate >= review);
  const [first] = over;
  if (first === undefined) {
    return undefined;
  }
  const { ja, en } = names[kind];
  const stopped = first.rate >= pause;
  return {
    code: `rate-${kind}`,
    severity: 'block',
    title: stopped
      ? {
          ja: `${ja}が ${percent(first.rate)} です。SESは ${percent(pause)} から送信を止めます。`,
          en: `The ${en} rate is ${percent(first.rate)}; SES stops accounts from ${percent(pause)} on.`,
        }
      : {
          ja: `${ja}が ${percent(first.rate)} です（上限 ${percent(review)}）。`,
          en: `The ${en} rate is ${percent(first.rate)}; ${percent(review)} is the limit.`,
        },
    evidence: over.map(({ evidence }) => evidence),
    consequence: {
      ses: stopped
        ? {
            ja: 'いつ送信を止められてもおかしくありません。止まると通知メールも送れません。',
            en: 'May stop the account at any time, and with it one-time passwords and all other mail.',
          }
        : {
            ja: `AWSの審査対象です。さらに上がると送信を止められます（${percent(pause)}）。`,
            en: `Puts the account under review, and stops it at ${percent(pause)}.`,
          },
      gmail: { ja: '迷惑メール扱いが増えます。', en: 'More mail is filed as spam.' },
      ...(kind === 'bounced' && {
        docomo: {
          ja: '存在しない宛先が続くと、ネットワークごと一時的に遮断されます。',
          en: 'Bursts of unknown users get the network blocked for a time.',
        },
      }),
    },
    fix: {
      text: {
        ja: '一斉配信を止め、反応のない宛先と出所の不明な宛先をリストから外してください。新しい送信が増えるにつれて率が下がります。',
        en: 'Stop campaigns, and take out addresses that never react and those of unknown origin; the rate falls as clean mail goes out.',
      },
      changes: over.map(({ better }) => better),
    },
  };
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(2))} %`;
}
