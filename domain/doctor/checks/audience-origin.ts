import type { AudienceFacts } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';

/** Share of an audience from which it is more likely to harm than to be read. */
export const riskyShare = 0.05;

/** From this share on it is no list that grows, but another list. */
const strangersShare = 0.2;

/** So many have to be asked, or have rows, for a share of them to say anything. */
const enough = 20;

/** What tells that a list is old, comes from elsewhere, or is made badly. */
export function originFindings(audience: AudienceFacts): (FindingDraft | undefined)[] {
  return [
    suppressedFinding(audience),
    duplicatesFinding(audience),
    ageFinding(audience),
    strangersFinding(audience),
  ];
}

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

/** Where nothing was mailed yet, everybody is new, which the check of growth looks at. */
function strangersFinding({ neverMailed }: AudienceFacts): FindingDraft | undefined {
  const { asked, never, campaigns } = neverMailed ?? { asked: 0, never: 0, campaigns: 0 };
  if (asked < enough || never / asked <= strangersShare) {
    return undefined;
  }
  const share = percent(never / asked);
  return {
    code: 'audience-never-mailed',
    severity: 'warn',
    title: {
      ja: `リストの${share}には、これまで一度も配信していません。`,
      en: `${share} of the audience were in no campaign so far.`,
    },
    evidence: [`of ${asked} drawn, ${never} were in none of the latest campaigns (${campaigns})`],
    consequence: {
      gmail: {
        ja: '初めての宛先への一斉配信は苦情が多く、苦情率0.3%で救済を受けられなくなります。',
        en: 'People who hear of you for the first time complain more; from 0.3 % on there is no mitigation.',
      },
      microsoft: {
        ja: '存在しない宛先が混じると、アドレス収集とみなされて遮断されます。',
        en: 'Blocks who mails many unknown users as harvesting.',
      },
      docomo: {
        ja: '存在しない宛先への集中で、ネットワークごと一時的に遮断されます。',
        en: 'Bursts of unknown users get the network blocked for a time.',
      },
    },
    fix: {
      text: {
        ja: 'リストの出所と同意を確かめ、初めての宛先は別のキャンペーンで少数ずつ送ってください（todoke segment の条件 lastMailed で分けられます）。',
        en: 'Make sure where the list comes from and that they consented; mail who is new in a campaign of their own, a few at a time: a segment can tell them by lastMailed.',
      },
      changes: [{ kind: 'goal', fact: 'audience.neverMailed', value: { asked, never: 0, campaigns } }],
    },
  };
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
