import type { Campaign } from '../../../domain/campaign/campaign.ts';
import {
  canaryPassed,
  paused,
  planned,
  resumed,
  scheduled,
  winnerChosen,
} from '../../../domain/campaign/campaign-life.ts';
import { variantFor } from '../../../domain/experiment/choice.ts';
import { isInTrial, type Trial, type Winner } from '../../../domain/experiment/trial.ts';
import { drawnVariant, type VariantName, variantNames } from '../../../domain/experiment/variant.ts';
import { judgedAtMs, winnerOf } from '../../../domain/experiment/winner.ts';
import { winnerText } from '../../../domain/experiment/winner-text.ts';
import { judge } from '../../../domain/guardrail/judge.ts';
import { campaign, planTotals } from '../../functions/in-memory-campaigns.ts';
import { guardrails } from '../../functions/in-memory-ports.ts';

const plan = planTotals({ chunks: 10, recipients: 2_000, trialChunks: 4 });
const mover = { by: 'test', atMs: 5 };

/** So many who did it, of so many mails, for A, B and so on. */
function tried(by: Trial['by'], ...samples: readonly (readonly [count: number, of: number])[]): Campaign {
  const names = variantNames.slice(0, samples.length);
  const measure = by === 'clicks' ? 'clicked' : 'unsubscribed';
  const counts = samples.map(([count, of], i) => [
    names[i],
    // Those that bounced are no mails that anybody could do something with.
    { accepted: of + 7, bounced: 7, [measure]: count },
  ]);
  return campaign({
    plan,
    variants: names.map((name) => ({ name, template: 'news', templateHash: name })),
    trial: { by, afterMs: 1_000, share: 0.4 },
    stage: { kind: 'trial', chunks: 4, recipients: 800, sinceMs: 0 },
    chunksDone: 4,
    lastChunkAtMs: 100,
    variantCounts: Object.fromEntries(counts),
  });
}

describe('winnerOf', () => {
  // By hand, z of 80 in 1000 against 110 is 2.29, against 109 it is 2.22.
  it.each<[string, Campaign, VariantName, Winner['because']]>([
    ['more clicks beyond chance', tried('clicks', [80, 1_000], [110, 1_000]), 'B', 'better'],
    ['fewer unsubscribes beyond chance', tried('unsubscribes', [60, 1_000], [30, 1_000]), 'B', 'better'],
    ['more unsubscribes beyond chance', tried('unsubscribes', [30, 1_000], [60, 1_000]), 'A', 'better'],
    ['fewer clicks beyond chance', tried('clicks', [110, 1_000], [80, 1_000]), 'A', 'better'],
    ['what may be chance', tried('clicks', [80, 1_000], [100, 1_000]), 'A', 'tie'],
    ['the same', tried('clicks', [80, 1_000], [80, 1_000]), 'A', 'tie'],
    [
      'what may be chance among three, though not among two',
      tried('clicks', [80, 1_000], [109, 1_000], [80, 1_000]),
      'A',
      'tie',
    ],
    ['the best of four', tried('clicks', [50, 1_000], [80, 1_000], [120, 1_000], [90, 1_000]), 'C', 'better'],
    ['too few mails', tried('clicks', [10, 99], [60, 99]), 'A', 'too_few'],
    ['too few of one', tried('clicks', [10, 1_000], [60, 1_000], [5, 99]), 'A', 'too_few'],
    ['hardly any clicks', tried('clicks', [0, 1_000], [9, 1_000]), 'A', 'too_few'],
    ['hardly anybody who did not', tried('clicks', [1_000, 1_000], [996, 1_000]), 'A', 'too_few'],
    ['nothing at all', tried('clicks', [0, 0], [0, 0]), 'A', 'too_few'],
  ])('of %s', (_, tested, variant, because) => {
    expect(winnerOf(tested, 1_100)).toMatchObject({ variant, because, atMs: 1_100 });
  });

  const ready = tried('clicks', [80, 1_000], [120, 1_000]);
  it.each<[string, Campaign, number]>([
    ['before its time', ready, 1_099],
    ['while some of it is not sent', { ...ready, chunksDone: 3 }, 9_999],
    [
      'while those are sent to who were stopped',
      { ...ready, outcomes: { ...ready.outcomes, stopped: 1 } },
      9_999,
    ],
    [
      'in a canary',
      { ...ready, stage: { kind: 'canary', number: 1, chunks: 1, recipients: 200, sinceMs: 0 } },
      9_999,
    ],
    ['without a trial', { ...ready, trial: undefined } as unknown as Campaign, 9_999],
  ])('judges nothing %s', (_, tested, nowMs) => {
    expect(winnerOf(tested, nowMs)).toBeUndefined();
  });

  it('goes by when the last mail of the trial was sent', () => {
    expect(judgedAtMs(ready)).toBe(1_100);
  });

  it('is said by guardrails where nothing stops the campaign, and only while it is sent', () => {
    expect(judge(ready, guardrails, 1_100)).toMatchObject({ kind: 'winner', winner: { variant: 'B' } });
    expect(judge({ ...ready, state: 'paused' }, guardrails, 1_100)).toEqual({ kind: 'go' });
    expect(judge({ ...ready, state: 'cancelled' }, guardrails, 1_100)).toEqual({ kind: 'go' });
  });
});

describe('the life of a campaign with a trial', () => {
  const trial: Trial = { by: 'unsubscribes', afterMs: 1_000, share: 0.4 };
  const variants = tried('clicks', [0, 0], [0, 0]).variants ?? [];
  const fresh = campaign({ state: 'planning', trial, variants });
  const movedBy = (before: Campaign, change: object) => ({ ...before, ...change }) as Campaign;
  const begun = movedBy(fresh, planned(fresh, plan, mover));
  const winner: Winner = { variant: 'B', by: 'unsubscribes', because: 'better', samples: [], atMs: 9 };

  it('begins with it, and sends the rest when there is a winner', () => {
    expect(begun.stage).toEqual({ kind: 'trial', chunks: 4, recipients: 800, sinceMs: 5 });
    const chosen = movedBy(begun, winnerChosen(begun, winner, { ...mover, atMs: 9 }));
    expect(chosen).toMatchObject({
      state: 'sending',
      winner,
      stage: { kind: 'rest', chunks: 10, sinceMs: 9 },
    });
    expect(chosen.dueAtMs).toBeDefined();
  });

  it('begins with a canary where there is one', () => {
    const change = planned(fresh, { ...plan, canaryChunks: [1, 2, 3] }, mover);
    expect(change.stage).toMatchObject({ kind: 'canary', chunks: 1 });
    const canary = movedBy(fresh, change);
    expect(canaryPassed(canary, true, mover).stage).toMatchObject({ kind: 'trial', chunks: 4 });
    expect(canaryPassed(canary, false, mover).stage).toMatchObject({ kind: 'canary', number: 2, chunks: 2 });
    expect(canaryPassed({ ...canary, winner }, true, mover).stage).toMatchObject({
      kind: 'rest',
      chunks: 10,
    });
  });

  it('sends all at once where all of it would be the trial', () => {
    const change = planned(fresh, { ...plan, trialChunks: 10 }, mover);
    expect(change.stage).toMatchObject({ kind: 'rest', chunks: 10 });
  });

  it('is the same after a pause', () => {
    const back = movedBy(begun, paused(begun, mover));
    expect(movedBy(back, resumed(back, mover)).stage).toEqual(begun.stage);
  });

  it.each([
    ['at its beginning with a canary of it', 0, { kind: 'canary', chunks: 1 }],
    ['at its end with the rest of it', 3, { kind: 'trial', chunks: 4 }],
  ])('goes on after a halt %s', (_, chunksDone, stage) => {
    const canaryChunks = [1, 2, 3];
    const stopped = movedBy(begun, { state: 'halted', chunksDone, plan: { ...plan, canaryChunks } });
    expect(movedBy(stopped, resumed(stopped, mover)).stage).toMatchObject(stage);
  });

  it('is not for mail at a local time', () => {
    const draft = campaign({ state: 'draft', trial });
    expect(() => scheduled(draft, 10, mover, { at: '2026-12-01T09:00', zone: 'Asia/Tokyo' })).toThrow(
      expect.objectContaining({ code: 'campaign-schedule' }),
    );
  });

  it('gives those the winner who waited, and the others what they drew, whenever they are sent to', () => {
    const chosen = { ...begun, winner };
    for (let chunk = 0; chunk < 10; chunk++) {
      const drawn = ['r1', 'r2', 'r3', 'r4'].map((id) => drawnVariant('news', id, 2));
      const waited = !isInTrial(plan, chunk);
      expect(['r1', 'r2', 'r3', 'r4'].map((id) => variantFor(chosen, chunk, id))).toEqual(
        waited ? ['B', 'B', 'B', 'B'] : drawn,
      );
    }
  });
});

it('says how it ended in one sentence in both languages, with the figures and what follows', () => {
  const of = (...args: Parameters<typeof tried>) => {
    const winner = winnerOf(tried(...args), 1_100);
    return winner && winnerText(winner);
  };
  expect(of('clicks', [80, 1_000], [120, 1_000])).toEqual({
    ja: 'B が選ばれました。差は偶然とは考えられません(二標本比率検定、信頼度 95 %)。リンクをクリックした人:A は 1000 人中 80 人(8.0 %)、B は 1000 人中 120 人(12.0 %)。残りの宛先には B を送ります。',
    en: 'Variant B won: the difference is beyond chance (two-proportion test, 95 %); followed a link: 80 of 1000 of A (8.0 %), 120 of 1000 of B (12.0 %). Everybody else gets B.',
  });
  expect(of('unsubscribes', [30, 1_000], [31, 1_000])?.en).toMatch(
    /^Variant A is taken, since the difference may be chance .* unsubscribed: 30 of 1000 of A/,
  );
  expect(of('unsubscribes', [0, 0], [0, 0])).toMatchObject({
    ja: expect.stringMatching(/^判定するには数が足りないため、A としました。/),
    en: expect.stringMatching(/too little to judge by; .* 0 of 0 of A \(0 %\)/),
  });
});
