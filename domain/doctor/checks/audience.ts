import { type Check, outcome } from '../check.ts';
import { need, Undecided } from '../fact.ts';
import type { AudienceFacts } from '../facts.ts';
import type { Text } from '../text.ts';
import { originFindings, percent, riskyShare } from './audience-origin.ts';

const kinds = [
  ['invalid', '形の正しくないアドレス', 'not addresses'],
  ['role', '役割アドレス（info@ など）', 'role addresses (info@)'],
  ['disposable', '使い捨てアドレス', 'disposable'],
  ['typo', '打ち間違いらしいドメイン', 'likely typing errors'],
  ['noMx', 'メールを受け取らないドメイン', 'domains that take no mail'],
  ['rfcViolating', 'RFC違反の旧携帯アドレス', 'carrier addresses against RFC 5322'],
] as const satisfies readonly (readonly [keyof AudienceFacts, string, string])[];

export const listCheck: Check = {
  number: 21,
  title: { ja: 'リストの質', en: 'Quality of the audience' },
  examine({ facts }) {
    const audience = need(facts.audience);
    const { rows } = audience;
    const risky = kinds.reduce((sum, [kind]) => sum + audience[kind], 0);
    const share = rows === 0 ? 0 : risky / rows;
    const stale = originFindings(audience);
    const rest = audience.unread && { undecided: audience.unread };
    if (share <= riskyShare) {
      return outcome(stale, { note: noteOf(audience, risky), ...rest });
    }
    const present = kinds.filter(([kind]) => audience[kind] > 0);
    const found = outcome([
      ...stale,
      {
        code: 'audience-risky',
        severity: 'block',
        title: {
          ja: `リストの${(share * 100).toFixed(1)}%が危険な宛先です（上限5%）。`,
          en: `${(share * 100).toFixed(1)} % of the audience is risky; 5 % is the limit.`,
        },
        evidence: [`${rows} rows`, ...present.map(([kind, , en]) => `${en}: ${audience[kind]}`)],
        consequence: {
          ses: {
            ja: 'バウンス率が5%を超えて審査されます。',
            en: 'The bounce rate passes 5 %, and AWS reviews the account.',
          },
          docomo: {
            ja: '存在しない宛先への集中で、ネットワークごと一時的に遮断されます。',
            en: 'Bursts of unknown users get the network blocked for a time.',
          },
          gmail: {
            ja: '評判が下がり、迷惑メール扱いが増えます。',
            en: 'Reputation falls, and more is filed as spam.',
          },
        },
        fix: {
          text: {
            ja: `次の宛先を外してください: ${present.map(([, ja]) => ja).join('、')}。`,
            en: `Take these rows out: ${present.map(([, , en]) => en).join(', ')}.`,
          },
          changes: present.map(([kind]) => ({ kind: 'goal', fact: `audience.${kind}`, value: 0 })),
        },
      },
    ]);
    return { ...found, ...rest };
  },
};

function noteOf({ rows, duplicates, suppressed, neverMailed }: AudienceFacts, risky: number): Text {
  const among = (found: number, asked: number) => (asked === 0 ? undefined : percent(found / asked));
  const stopped = suppressed && among(suppressed.stopped, suppressed.asked);
  const never = neverMailed && among(neverMailed.never, neverMailed.asked);
  return {
    ja: [
      `注意の必要な宛先 ${risky}件 / ${rows}件、重複 ${duplicates}件`,
      ...(stopped === undefined ? [] : [`配信停止・抑止済み ${stopped}`]),
      ...(never === undefined ? [] : [`初めての宛先 ${never}`]),
    ]
      .join('、')
      .concat('。'),
    en: [
      `${risky} risky of ${rows} rows, ${duplicates} duplicates`,
      ...(stopped === undefined ? [] : [`${stopped} suppressed already`]),
      ...(never === undefined ? [] : [`${never} never mailed`]),
    ]
      .join(', ')
      .concat('.'),
  };
}

export const consentCheck: Check = {
  number: 29,
  title: { ja: '同意の記録', en: 'Evidence of consent for everybody' },
  examine({ facts }) {
    const { rows, invalid, consent } = need(facts.audience);
    if (consent === undefined) {
      throw new Undecided({
        ja: 'リストに同意の列（consentAt など）がありません。同意の記録はTodokeの外にあるものとして扱います。',
        en: 'the audience has no column of consent (consentAt), so that whoever keeps the list has to know',
      });
    }
    const missing = Math.max(0, rows - invalid - consent);
    if (missing === 0) {
      return outcome([]);
    }
    return outcome([
      {
        code: 'consent-missing',
        severity: 'block',
        title: {
          ja: `同意の記録がない宛先が${missing}件あります。`,
          en: `${missing} recipients have no evidence of consent.`,
        },
        evidence: [`${rows} rows, ${consent} with consent`],
        consequence: {
          all: {
            ja: '特定電子メール法は事前の同意と記録の保存を求めています。',
            en: 'The Japanese anti-spam law, GDPR and CASL want consent before the first mail, and a record of it.',
          },
        },
        fix: {
          text: {
            ja: '記録のない宛先を外すか、同意を取り直してください。',
            en: 'Take them out, or ask them first.',
          },
          changes: [{ kind: 'goal', fact: 'audience.consent', value: rows - invalid }],
        },
      },
    ]);
  },
};
