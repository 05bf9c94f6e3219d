import type { TrialMeasure, Winner } from './trial.ts';

const what: Readonly<Record<TrialMeasure, { readonly ja: string; readonly en: string }>> = {
  clicks: { ja: 'リンクをクリックした人', en: 'followed a link' },
  unsubscribes: { ja: '配信停止した人', en: 'unsubscribed' },
};

/** How a trial ended and what follows, with the figures, in both languages. */
export function winnerText({ variant, by, because, samples }: Winner): {
  readonly ja: string;
  readonly en: string;
} {
  const share = (count: number, of: number) => (of === 0 ? '0 %' : `${((100 * count) / of).toFixed(1)} %`);
  const ja = samples
    .map(({ variant: name, count, of }) => `${name} は ${of} 人中 ${count} 人(${share(count, of)})`)
    .join('、');
  const en = samples
    .map(({ variant: name, count, of }) => `${count} of ${of} of ${name} (${share(count, of)})`)
    .join(', ');
  const reasons = {
    better: {
      ja: `${variant} が選ばれました。差は偶然とは考えられません(二標本比率検定、信頼度 95 %)`,
      en: `Variant ${variant} won: the difference is beyond chance (two-proportion test, 95 %)`,
    },
    tie: {
      ja: `差が偶然でないとは言えないため、${variant} としました(二標本比率検定、信頼度 95 %)`,
      en: `Variant ${variant} is taken, since the difference may be chance (two-proportion test, 95 %)`,
    },
    too_few: {
      ja: `判定するには数が足りないため、${variant} としました`,
      en: `Variant ${variant} is taken, since there is too little to judge by`,
    },
  }[because];
  return {
    ja: `${reasons.ja}。${what[by].ja}:${ja}。残りの宛先には ${variant} を送ります。`,
    en: `${reasons.en}; ${what[by].en}: ${en}. Everybody else gets ${variant}.`,
  };
}
