import { type Check, outcome } from '../check.ts';
import { need, Undecided } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';
import { authenticationResults, fieldsNamed } from '../raw-mail.ts';

/** Points of SpamAssassin: above the first it is worth a look, from the second on it is spam. */
const points = { warn: 1, spam: 5 };

export const spamScoreCheck: Check = {
  number: 18,
  title: { ja: 'スパムスコア', en: 'Spam score' },
  examine({ facts }) {
    const source = need(facts.seedMail);
    const score = scoreOf(source);
    if (score === undefined) {
      throw new Undecided({
        ja: '届いたメールにスパムスコアがありません。todoke template check がSpamAssassinで測ります。',
        en: 'the mail that arrived has no spam score; "todoke template check" measures one with SpamAssassin',
      });
    }
    if (score <= points.warn) {
      return outcome([]);
    }
    return outcome([
      {
        code: 'spam-score',
        severity: 'warn',
        title: { ja: `スパムスコアが ${score} 点です。`, en: `The mail scores ${score} points for spam.` },
        evidence: [`score=${score}, ${points.spam} is spam`],
        consequence: {
          all: { ja: '迷惑メールに入りやすくなります。', en: 'It is more likely to be filed as junk.' },
        },
        fix: {
          text: {
            ja: 'X-Spam-Status に挙がった規則を見て、件名・本文・リンクを直してください。',
            en: 'Look at the rules in X-Spam-Status and mend subject, text or links.',
          },
          changes: [{ kind: 'goal', fact: 'seedMail', value: `score at most ${points.warn}` }],
        },
      },
    ]);
  },
};

/** As SpamAssassin or rspamd writes it. */
function scoreOf(source: string): number | undefined {
  const texts = [
    ...fieldsNamed(source, 'x-spam-status'),
    ...fieldsNamed(source, 'x-spam-score'),
    ...fieldsNamed(source, 'x-spamd-result'),
  ];
  for (const text of texts) {
    const [, score] =
      /score=(-?[\d.]+)/.exec(text) ?? /\[(-?[\d.]+) \/ /.exec(text) ?? /^(-?\d+(?:\.\d+)?)/.exec(text) ?? [];
    if (score !== undefined) {
      return Number(score);
    }
  }
  return undefined;
}

export const seedCheck: Check = {
  number: 30,
  title: { ja: '試し送りの認証結果', en: 'What a receiver said of a mail of ours' },
  examine({ facts }) {
    const results = authenticationResults(need(facts.seedMail), facts.domain);
    if (results === undefined) {
      throw new Undecided({
        ja: '届いたメールに Authentication-Results がありません。',
        en: 'the mail that arrived has no Authentication-Results',
      });
    }
    const failed = ['spf', 'dkim', 'dmarc'].filter((method) => results[method] !== 'pass');
    return outcome(failed.map((method) => failure(method, results[method] ?? 'none')));
  },
};

function failure(method: string, result: string): FindingDraft {
  const name = method.toUpperCase();
  return {
    code: `seed-${method}`,
    severity: 'warn',
    title: {
      ja: `受信側の判定で ${name} が通っていません（${result}）。`,
      en: `A receiver found ${name} to be "${result}".`,
    },
    evidence: [`Authentication-Results: ${method}=${result}`],
    consequence: {
      gmail: {
        ja: '4.7.26〜5.7.32 で遅延または拒否されます。',
        en: 'Deferred or rejected with 4.7.26 to 5.7.32.',
      },
      microsoft: { ja: '550 5.7.515 で拒否されます。', en: 'Rejected with 550 5.7.515.' },
    },
    fix: {
      text: {
        ja: `検査 ${{ spf: '4・5・7', dkim: '3', dmarc: '8・9' }[method]} の指摘を直してから、もう一度試し送りをしてください。`,
        en: `Mend what checks ${{ spf: '4, 5 and 7', dkim: '3', dmarc: '8 and 9' }[method]} find, then send a test mail again.`,
      },
      changes: [{ kind: 'goal', fact: 'seedMail', value: `${method}=pass` }],
    },
  };
}
