import { renderVariants } from '../../../cli/campaign/variant-table.ts';
import type { Campaign } from '../../../domain/campaign/campaign.ts';
import { campaign, planTotals } from '../../functions/in-memory-campaigns.ts';

const variants = (['A', 'B'] as const).map((name) => ({
  name,
  template: 'news',
  templateHash: name.repeat(32),
}));
const trial = { by: 'clicks', afterMs: 3_600_000, share: 0.5 } as const;
const plan = planTotals({ chunks: 2, trialChunks: 1 });
const stage = { kind: 'trial', chunks: 1, recipients: 200, sinceMs: 0 } as const;
const lines = (facts: Partial<Campaign>) =>
  renderVariants(campaign(facts))
    .join('')
    .split('\n')
    .map((line) => line.trim());

it('shows nothing where nothing is counted by variant', () => {
  expect(renderVariants(campaign())).toEqual([]);
});

it('shows what became of each variant, with what is tracked', () => {
  const [header = '', , ...rows] = lines({
    variants,
    track: ['clicks'],
    variantCounts: { B: { accepted: 3, clicked: 2, machineClicked: 1 } },
  });
  expect(header.split(/\s+/)).toEqual([
    ...['variant', 'mail', 'accepted', 'bounced', 'complained', 'unsubscribed', 'clicked', 'machineClicked'],
  ]);
  expect(rows.map((row) => row.split(/\s+/))).toEqual([
    ['A', 'news', 'AAAAAAAA', '0', '0', '0', '0', '0', '0'],
    ['B', 'news', 'BBBBBBBB', '3', '0', '0', '0', '2', '1'],
  ]);
});

it('shows the one mail of a campaign that is tracked', () => {
  expect(lines({ track: ['opens'], variantCounts: { A: { accepted: 5, opened: 4 } } })[2]).toMatch(
    /^all +announcement 01234567 +5 +0 +0 +0 +4 +0$/,
  );
});

it.each<[string, Partial<Campaign>, readonly string[]]>([
  [
    'when it chooses',
    { stage, chunksDone: 1, lastChunkAtMs: 0 },
    ['news chooses a variant at 1970-01-01T01:00:00'],
  ],
  ['nothing while the trial is being sent', { stage, chunksDone: 0 }, []],
  ['nothing while it stands still', { stage, chunksDone: 1, state: 'paused' }, []],
  [
    'that it is too small',
    { plan: planTotals({ chunks: 1, trialChunks: 1 }) },
    ['news is too small for a trial: everybody gets one of the variants'],
  ],
  [
    'what it chose, in both languages',
    { winner: { variant: 'A', by: 'clicks', because: 'tie', samples: [], atMs: 0 } },
    [
      'news: 差が偶然でないとは言えないため、A としました',
      'news: Variant A is taken, since the difference may be chance',
    ],
  ],
])('says below it %s', (_, facts, sentences) => {
  const said = lines({ variants, trial, plan, ...facts }).slice(4);
  expect(said).toEqual(sentences.map((start) => expect.stringMatching(new RegExp(`^${start}`))));
});
