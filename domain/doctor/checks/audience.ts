import { type Check, outcome } from '../check.ts';
import { need, Undecided } from '../fact.ts';
import type { AudienceFacts } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';

/** Share of an audience from which it is more likely to harm than to be read. */
const riskyShare = 0.05;

/** So many have to be asked, or have rows, for a share of them to say anything. */
const enough = 20;

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
    const stale = [suppressedFinding(audience), duplicatesFinding(audience), ageFinding(audience)];
    if (share <= riskyShare) {
      return outcome(stale, {
        note: {
          ja: `注意の必要な宛先 ${risky}件 / ${rows}件、重複 ${audience.duplicates}件。`,
          en: `${risky} risky of ${rows} rows, ${audience.duplicates} duplicates.`,
        },
      });
    }
    const present = kinds.filter(([kind]) => audience[kind] > 0);
    return outcome([
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
  },
};

/** A list of which many are stopped is not kept where unsubscribes and bounces are: it is old, or comes from elsewhere. */
function suppressedFinding({ suppressed }: AudienceFacts): FindingDraft | undefined {
  const { asked, stopped } = suppressed ?? { asked: 0, stopped: 0 };
  if (asked < enough || stopped / asked <= riskyShare) {
    return undefined;
  }
  const share = percent(stopped / asked);
  return {
    code: 'audience-suppressed',
    severity: 'warn',
    title: {
      ja: `リストの${share}がすでに配信停止・抑止されています。`,
      en: `${share} of the audience are suppressed or have unsubscribed already.`,
    },
    evidence: [`asked: ${asked}, suppressed: ${stopped}`],
    consequence: {
      all: {
        ja: 'その宛先には送られません。古いリストなら、残りの宛先でもバウンスと苦情が増えます。',
        en: 'They get no mail. If the list is old, the others bounce and complain more as well.',
      },
    },
    fix: {
      text: {
        ja: 'リストの出所と日付を確かめ、todoke suppression export の宛先を除いてください。',
        en: 'See where and when the list comes from, and take out who is in todoke suppression export.',
      },
      changes: [{ kind: 'goal', fact: 'audience.suppressed', value: { asked, stopped: 0 } }],
    },
  };
}

function duplicatesFinding({ rows, duplicates }: AudienceFacts): FindingDraft | undefined {
  if (rows < enough || duplicates / rows <= riskyShare) {
    return undefined;
  }
  const share = percent(duplicates / rows);
  return {
    code: 'audience-duplicates',
    severity: 'warn',
    title: {
      ja: `リストの${share}が重複です。`,
      en: `${share} of the rows have the address of another one.`,
    },
    evidence: [`${rows} rows, ${duplicates} duplicates`],
    consequence: {
      all: {
        ja: '1通しか送られませんが、リストの作り方に誤りがあるかもしれません。',
        en: 'They get one mail; but something may be wrong with how the list is made.',
      },
    },
    fix: {
      text: {
        ja: 'リストを作る処理（結合の条件など）を確かめてください。',
        en: 'Look at what makes the list, such as a join.',
      },
      changes: [{ kind: 'goal', fact: 'audience.duplicates', value: 0 }],
    },
  };
}

function ageFinding({ rows, oldConsent = 0 }: AudienceFacts): FindingDraft | undefined {
  if (rows < enough || oldConsent / rows <= riskyShare) {
    return undefined;
  }
  const share = percent(oldConsent / rows);
  return {
    code: 'audience-old',
    severity: 'warn',
    title: {
      ja: `リストの${share}は、同意から2年以上たっています。`,
      en: `${share} of the audience consented two years ago or longer.`,
    },
    evidence: [`${rows} rows, ${oldConsent} with a consent of two years ago or more`],
    consequence: {
      all: {
        ja: '使われなくなったアドレスが増え、バウンスと苦情が増えます。カナダの法律では黙示の同意は2年で切れます。',
        en: 'More addresses are abandoned, which bounce and complain. By Canadian law implied consent ends after two years.',
      },
    },
    fix: {
      text: {
        ja: '最近反応のない宛先を外すか、少数ずつ送って同意を取り直してください。',
        en: 'Take out who has not reacted for long, or ask them again, a few at a time.',
      },
      changes: [{ kind: 'goal', fact: 'audience.oldConsent', value: 0 }],
    },
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
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
