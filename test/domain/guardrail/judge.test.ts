import type { Campaign } from '../../../domain/campaign/campaign.ts';
import type { CampaignStage } from '../../../domain/campaign/campaign-state.ts';
import type { Counts, ProviderCounts } from '../../../domain/campaign/provider-counts.ts';
import { judge } from '../../../domain/guardrail/judge.ts';
import { seededRandom } from '../../../local/ses/seeded-random.ts';
import { campaign, planTotals } from '../../functions/in-memory-campaigns.ts';
import { guardrails, startMs } from '../../functions/in-memory-ports.ts';

const minute = 60_000;
const plan = planTotals({ rows: 20_000, recipients: 20_000, chunks: 100, canaryChunks: [1, 2, 3] });
const canary: CampaignStage = { kind: 'canary', number: 1, chunks: 1, recipients: 200, sinceMs: startMs };
const rest: CampaignStage = { kind: 'rest', chunks: 100, recipients: 20_000, sinceMs: startMs };

/** A canary of 200 that is out. */
const inCanary = (providers: ProviderCounts, changes: Partial<Campaign> = {}): Campaign =>
  campaign({ plan, stage: canary, chunksDone: 1, lastChunkAtMs: startMs, providers, ...changes });
const inRest = (providers: ProviderCounts, changes: Partial<Campaign> = {}): Campaign =>
  inCanary(providers, { stage: rest, chunksDone: 50, ...changes });
const judged = (of: Campaign, afterMs = 0) => judge(of, guardrails, startMs + afterMs);

describe('a canary', () => {
  it.each<[string, Counts, number, string]>([
    ['is awaited while results are missing', { accepted: 200, delivered: 180 }, 0, 'go'],
    ['is clear when 95 in a hundred have an end', { accepted: 200, delivered: 188, hard: 2 }, 0, 'clear'],
    ['is clear with 3 hard bounces of 200', { accepted: 200, delivered: 197, hard: 3 }, 0, 'clear'],
    ['is not clear with 4', { accepted: 200, delivered: 196, hard: 4 }, 0, 'unclear'],
    ['is not clear with 7', { accepted: 200, delivered: 193, hard: 7 }, 0, 'unclear'],
    ['halts with 8', { accepted: 200, delivered: 192, hard: 8 }, 0, 'halt'],
    ['halts as soon as it has 8, whatever is missing', { accepted: 200, hard: 8 }, 0, 'halt'],
    ['halts although its chunk is not done', { delivered: 88, hard: 12 }, 0, 'halt'],
    ['is judged after 15 minutes', { accepted: 200, delivered: 150 }, 15 * minute, 'clear'],
    ['is judged then by what is known', { accepted: 200, delivered: 95, hard: 5 }, 15 * minute, 'halt'],
    ['is not halted by 2 complaints', { accepted: 200, delivered: 198, complained: 2 }, 0, 'unclear'],
    ['is halted by 3', { accepted: 200, delivered: 197, complained: 3 }, 0, 'halt'],
    ['is clear with one complaint', { accepted: 200, delivered: 199, complained: 1 }, 0, 'clear'],
    ['is halted by deferrals of three in ten', { accepted: 200, delivered: 140, delayed: 60 }, 0, 'halt'],
    [
      'is not clear with deferrals of one in ten',
      { accepted: 200, delivered: 200, delayed: 20 },
      0,
      'unclear',
    ],
    ['is halted by blocks of five in a hundred', { accepted: 200, delivered: 190, blocked: 10 }, 0, 'halt'],
    ['goes on with soft bounces', { accepted: 200, delivered: 180, soft: 20 }, 0, 'clear'],
  ])('%s', (_, counts, afterMs, kind) => {
    expect(judged(inCanary({ other: counts }), afterMs).kind).toBe(kind);
  });

  it('is not judged while a chunk of it is out', () => {
    expect(judged(inCanary({ other: { delivered: 200 } }, { chunksDone: 0 }), 20 * minute).kind).toBe('go');
  });

  it.each([
    { events: 0, afterMs: 5 * minute - 1, kind: 'go' },
    { events: 0, afterMs: 5 * minute, kind: 'halt' },
    { events: 1, afterMs: 5 * minute, kind: 'go' },
    { events: 99, afterMs: 15 * minute, kind: 'halt' },
    { events: 100, afterMs: 15 * minute, kind: 'clear' },
  ])('with $events events of 200 after $afterMs ms: $kind', ({ events, afterMs, kind }) => {
    const verdict = judged(inCanary({ other: { accepted: 200, delivered: events } }), afterMs);
    expect(verdict.kind).toBe(kind);
    if (verdict.kind === 'halt') {
      expect(verdict.halt.code).toBe('no_events');
    }
  });

  it('to which nobody was mailed is clear', () => {
    expect(judged(inCanary({})).kind).toBe('clear');
  });

  it('is judged together with the one before that was not clear', () => {
    const second = { ...canary, number: 2, chunks: 2, recipients: 400 };
    const judgedWith = (hard: number) =>
      judged(
        inCanary({ other: { accepted: 400, delivered: 400 - hard, hard } }, { stage: second, chunksDone: 2 }),
      );
    expect([7, 8, 15, 16].map((hard) => judgedWith(hard).kind)).toEqual([
      'clear',
      'unclear',
      'unclear',
      'halt',
    ]);
  });

  it('after a resume is judged by what came since', () => {
    const before = { providers: { other: { accepted: 200, delivered: 180, hard: 20 } }, rejected: 0 };
    const counts = (hard: number) => ({ accepted: 400, delivered: 380 - hard, hard: 20 + hard });
    const judgedWith = (hard: number) =>
      judged(inCanary({ other: counts(hard) }, { stage: { ...canary, chunks: 2, before }, chunksDone: 2 }));
    expect([0, 8].map((hard) => judgedWith(hard).kind)).toEqual(['clear', 'halt']);
  });
});

describe('the rest', () => {
  it.each<[string, Counts, string]>([
    ['goes on with hard bounces of three in a hundred', { accepted: 9_600, hard: 290 }, 'go'],
    ['halts with four in a hundred', { accepted: 9_600, hard: 400 }, 'halt'],
    // Two chunks may be out of which nothing is counted yet.
    ['counts those who are out for accepted', { accepted: 200, hard: 20 }, 'go'],
    ['halts when those are too few as well', { accepted: 200, hard: 24 }, 'halt'],
    ['goes on with complaints that may be chance', { accepted: 3_000, complained: 6 }, 'go'],
    ['halts with complaints that are not', { accepted: 10_000, complained: 22 }, 'halt'],
  ])('%s', (_, counts, kind) => {
    expect(judged(inRest({ other: counts })).kind).toBe(kind);
  });

  it.each([
    { rejected: 5, accepted: 9_600, kind: 'go' },
    { rejected: 80, accepted: 9_600, kind: 'halt' },
    { rejected: 2, accepted: 100, kind: 'go' },
  ])('with $rejected of $accepted refused by SES: $kind', ({ rejected, accepted, kind }) => {
    const outcomes = { accepted, suppressed: 0, rejected, unknown: 0, stopped: 0 };
    const verdict = judged(inRest({ other: { accepted } }, { outcomes }));
    expect(verdict.kind).toBe(kind);
  });

  it.each(['paused', 'halted', 'completed', 'cancelled', 'planning'] as const)(
    'of a campaign that is %s is not judged',
    (state) => {
      expect(judged(inRest({ other: { accepted: 100, hard: 50 } }, { state })).kind).toBe('go');
    },
  );

  it('of a handful is never judged by chance', () => {
    const small = planTotals({ rows: 20, recipients: 20, chunks: 1 });
    const stage = { ...rest, recipients: 20, chunks: 1 };
    for (const counts of [{ hard: 10 }, { complained: 5 }, { blocked: 5 }, { delayed: 15 }]) {
      expect(judged(inRest({ other: counts }, { plan: small, stage, chunksDone: 0 })).kind).toBe('go');
    }
  });
});

describe('a provider', () => {
  const others = { docomo: { accepted: 5_000 }, other: { accepted: 4_000 } };

  it.each<[string, Counts, string | undefined]>([
    ['three refusals for authentication of a few', { auth: 3, authRun: 3 }, 'authentication'],
    ['two', { auth: 2, authRun: 2 }, undefined],
    ['three of a thousand', { accepted: 1_000, auth: 3, authRun: 3 }, undefined],
    ['five in a row, of however many', { accepted: 1_000, auth: 5, authRun: 5 }, 'authentication'],
    ['five with others among them', { accepted: 1_000, auth: 5, authRun: 1 }, undefined],
    ['blocks of five in a hundred for certain', { accepted: 200, blocked: 20 }, 'blocks'],
    ['blocks that may be chance', { accepted: 200, blocked: 12 }, undefined],
    ['hard bounces of four in a hundred for certain', { accepted: 1_000, hard: 60 }, 'hard_bounces'],
    ['hard bounces that may be chance', { accepted: 100, hard: 6 }, undefined],
    ['hard bounces of one in a hundred', { accepted: 200, hard: 3 }, undefined],
  ])('is stopped alone by %s', (_, google, code) => {
    const verdict = judged(inRest({ ...others, google }));
    expect(verdict).toMatchObject(
      code === undefined ? { kind: 'go' } : { kind: 'stopProvider', halt: { code, provider: 'google' } },
    );
  });

  it.each([
    { provider: 'docomo', code: 'unknown_users' },
    { provider: 'kddi', code: 'unknown_users' },
    { provider: 'google', code: undefined },
  ] as const)('$provider is stopped by 5 % unknown users: $code', ({ provider, code }) => {
    const verdict = judged(
      inRest({ other: { accepted: 8_000 }, [provider]: { accepted: 1_000, hard: 50, unknownUser: 50 } }),
    );
    expect(verdict).toMatchObject(code === undefined ? { kind: 'go' } : { halt: { code, provider } });
  });

  it('is stopped once', () => {
    const stopped = { code: 'authentication', provider: 'google', atMs: startMs } as const;
    const providers = { ...others, google: { auth: 9, authRun: 9 } };
    expect(judged(inRest(providers, { stops: { google: stopped } })).kind).toBe('go');
  });

  it('that was stopped halts the campaign when all others have theirs', () => {
    const stopped = { code: 'authentication', provider: 'google', atMs: startMs } as const;
    const outcomes = { accepted: 19_000, suppressed: 0, rejected: 0, unknown: 0, stopped: 1_000 };
    const done = inRest(others, { stops: { google: stopped }, chunksDone: 100, outcomes });
    expect(judged(done)).toEqual({ kind: 'halt', halt: stopped });
  });

  it('without a name is stopped for authentication only', () => {
    const many = { google: { accepted: 9_000 }, other: { accepted: 200, hard: 30 } };
    expect(judged(inRest(many)).kind).toBe('go');
    const refused = { google: { accepted: 9_000 }, other: { auth: 5, authRun: 5 } };
    expect(judged(inRest(refused))).toMatchObject({ kind: 'stopProvider', halt: { provider: 'other' } });
  });
});

describe('of a thousand lists with so many hard bounces, canaries halt', () => {
  /** What comes of up to three canaries, each drawn from a list that bounces so often. */
  function fate(share: number, random: () => number): string {
    let hard = 0;
    for (const number of [1, 2, 3]) {
      hard += Array.from({ length: 200 }, random).filter((lot) => lot < share).length;
      const accepted = 200 * number;
      const stage = { ...canary, number, chunks: number, recipients: accepted };
      const counts = { accepted, delivered: accepted - hard, hard };
      const { kind } = judged(inCanary({ other: counts }, { stage, chunksDone: number }));
      if (kind !== 'unclear') {
        return kind;
      }
    }
    return 'clear';
  }

  it.each([
    { share: 0.08, least: 990, most: 1_000 },
    { share: 0.06, least: 950, most: 1_000 },
    { share: 0.02, least: 0, most: 60 },
    { share: 0.01, least: 0, most: 5 },
  ])('$share: $least to $most of them', ({ share, least, most }) => {
    const random = seededRandom(7);
    const halted = Array.from({ length: 1_000 }, () => fate(share, random)).filter((kind) => kind === 'halt');
    expect(halted.length).toBeGreaterThanOrEqual(least);
    expect(halted.length).toBeLessThanOrEqual(most);
  });
});
