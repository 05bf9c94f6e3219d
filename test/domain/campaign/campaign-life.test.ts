import type { Campaign } from '../../../domain/campaign/campaign.ts';
import {
  beingPlanned,
  type CampaignChange,
  canaryPassed,
  cancelled,
  failed,
  halted,
  isActive,
  isToBePlanned,
  paused,
  planned,
  providerStopped,
  resumed,
  scheduled,
  started,
} from '../../../domain/campaign/campaign-life.ts';
import { nextReleaseMs, releasedChunks } from '../../../domain/campaign/campaign-release.ts';
import type { CampaignState } from '../../../domain/campaign/campaign-state.ts';
import { campaign, planTotals } from '../../functions/in-memory-campaigns.ts';

const nowMs = Date.UTC(2026, 10, 24, 9);
const mover = { by: 'hanako', atMs: nowMs, why: 'because' };
const plan = planTotals({ rows: 1_000, recipients: 1_000, chunks: 6, canaryChunks: [1, 2, 3] });
const stop = { code: 'authentication', provider: 'google', atMs: nowMs } as const;
const halt = { code: 'hard_bounces', count: 12, of: 200, atMs: nowMs } as const;

const became = (before: Campaign, change: CampaignChange): Campaign =>
  Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as Campaign;
const sending = (changes: Partial<Campaign> = {}) => {
  const planning = campaign({ state: 'planning' });
  return { ...became(planning, planned(planning, plan, mover)), ...changes };
};

const everyState: readonly CampaignState[] = [
  'draft',
  'scheduled',
  'planning',
  'sending',
  'paused',
  'halted',
  'completed',
  'cancelled',
  'failed',
];

describe('a campaign', () => {
  it.each<[string, (from: Campaign) => CampaignChange, readonly CampaignState[]]>([
    ['started', (from) => started(from, mover), ['draft', 'scheduled', 'planning']],
    ['scheduled', (from) => scheduled(from, nowMs + 1, mover), ['draft', 'scheduled']],
    ['paused', (from) => paused(from, mover), ['sending']],
    ['resumed', (from) => resumed(from, mover), ['paused', 'halted']],
    ['halted', (from) => halted(from, halt, 'test', 'why'), ['sending']],
    ['failed', (from) => failed(from, 'broken', mover), ['planning']],
    [
      'cancelled',
      (from) => cancelled(from, mover),
      ['draft', 'scheduled', 'planning', 'sending', 'paused', 'halted'],
    ],
  ])('can be %s from where that makes sense, and from nowhere else', (_, move, states) => {
    const possible = everyState.filter((state) => {
      try {
        move(campaign({ state }));
        return true;
      } catch (error) {
        expect(error).toMatchObject({ name: 'InputError', code: 'campaign-state' });
        return false;
      }
    });
    expect(possible).toEqual(states);
  });

  it('that is halted for what stopped a provider before is halted after its last move', () => {
    const stopped = sending({ history: [{ to: 'sending', atMs: nowMs + 5, by: 'record-feedback' }] });
    expect(halted(stopped, halt, 'send-chunk', 'why').history?.at(-1)).toMatchObject({
      ...{ to: 'halted', atMs: nowMs + 5 },
    });
  });

  it('remembers who moved it, when and why, and of many moves the last', () => {
    let moving = campaign({ state: 'sending' });
    for (let i = 0; i < 30; i++) {
      moving = became(moving, paused(moving, { ...mover, why: `pause ${i}` }));
      moving = became(moving, resumed(moving, { by: 'taro', atMs: nowMs + i }));
    }
    expect(moving.moves).toBe(60);
    expect(moving.history).toHaveLength(20);
    expect(moving.history.slice(-2)).toEqual([
      { to: 'paused', by: 'hanako', atMs: nowMs, why: 'pause 29' },
      { to: 'sending', by: 'taro', atMs: nowMs + 29 },
    ]);
  });

  it('is not scheduled for the past', () => {
    expect(() => scheduled(campaign({ state: 'draft' }), nowMs, mover)).toThrow('is over');
  });

  it.each([
    { state: 'draft', startAtMs: undefined, due: true },
    { state: 'planning', startAtMs: undefined, due: true },
    { state: 'scheduled', startAtMs: nowMs, due: true },
    { state: 'scheduled', startAtMs: nowMs + 1, due: false },
    { state: 'sending', startAtMs: undefined, due: false },
  ] as const)('that is $state for $startAtMs is to be planned: $due', ({ state, startAtMs, due }) => {
    const changes = startAtMs === undefined ? {} : { startAtMs };
    expect(isToBePlanned(campaign({ state, ...changes }), nowMs)).toBe(due);
  });

  it.each([
    ['is planned, until its planner is done or dead', started(campaign({ state: 'draft' }), mover), true],
    ['is in a planner’s hand', beingPlanned(campaign({ state: 'draft' }), mover, 5), true],
    ['waits for its time', scheduled(campaign({ state: 'draft' }), nowMs + 1, mover), true],
    ['is cancelled before it was planned', cancelled(campaign({ state: 'draft' }), mover), false],
    ['is cancelled with chunks to be closed', cancelled(sending(), mover), true],
    ['is paused', paused(sending(), mover), true],
    ['failed', failed(campaign({ state: 'planning' }), 'broken', mover), false],
  ])('that %s is looked at: %p', (_, change, active) => {
    expect(isActive(became(campaign(), change))).toBe(active);
  });
});

describe('what is out', () => {
  it('is the canary first, and the rest when that is clear', () => {
    const canary = sending();
    expect(canary.stage).toMatchObject({ kind: 'canary', number: 1, chunks: 1, recipients: 200 });
    expect(releasedChunks(canary, nowMs)).toBe(1);
    const rest = became(canary, canaryPassed(canary, true, mover));
    expect(rest.stage).toMatchObject({ kind: 'rest', chunks: 6, recipients: 1_000 });
    expect(releasedChunks(rest, nowMs)).toBe(6);
  });

  it('is another canary as long as there is one, when one is not clear', () => {
    let moving = sending();
    const out: number[] = [];
    for (let i = 0; i < 3; i++) {
      moving = became(moving, canaryPassed(moving, false, mover));
      out.push(releasedChunks(moving, nowMs));
    }
    expect(out).toEqual([2, 3, 6]);
  });

  it('is everything at once where there is no canary', () => {
    const planning = campaign({ state: 'planning' });
    const small = planTotals({ recipients: 300, chunks: 2 });
    expect(became(planning, planned(planning, small, mover)).stage).toMatchObject({
      kind: 'rest',
      chunks: 2,
    });
  });

  it.each(['paused', 'halted', 'completed', 'draft'] as const)(
    'is nothing of a campaign that is %s',
    (state) => {
      expect(releasedChunks(sending({ state }), nowMs)).toBe(0);
    },
  );

  it('is everything of a cancelled one, to be closed', () => {
    expect(releasedChunks(sending({ state: 'cancelled' }), nowMs)).toBe(6);
  });
});

describe('what is out at a local time', () => {
  const hourMs = 3_600_000;
  const releases = [
    { atMs: nowMs, chunks: 4 },
    { atMs: nowMs + hourMs, chunks: 5 },
    { atMs: nowMs + 9 * hourMs, chunks: 6 },
  ];
  const timed = planTotals({ ...plan, canarySize: 150, releases });
  const first = () =>
    became(campaign({ state: 'planning' }), planned(campaign({ state: 'planning' }), timed, mover));
  const rest = () => became(first(), canaryPassed(first(), true, mover));

  it('is a canary of those who are mailed first, and judged by their number', () => {
    expect(first().stage).toMatchObject({ kind: 'canary', chunks: 1, recipients: 150 });
    expect(releasedChunks(first(), nowMs)).toBe(1);
    expect(nextReleaseMs(first(), nowMs)).toBeUndefined();
  });

  it.each([
    [-1, 0, 0],
    [0, 4, hourMs],
    [hourMs - 1, 4, hourMs],
    [hourMs, 5, 9 * hourMs],
    [9 * hourMs, 6, undefined],
    [99 * hourMs, 6, undefined],
  ])('is, %d ms after the first, %d chunks', (afterMs, chunks, nextMs) => {
    expect(releasedChunks(rest(), nowMs + afterMs)).toBe(chunks);
    expect(nextReleaseMs(rest(), nowMs + afterMs)).toBe(nextMs === undefined ? undefined : nowMs + nextMs);
  });

  it('is nothing of a paused one, and all of a cancelled one', () => {
    expect(releasedChunks({ ...rest(), state: 'paused' }, nowMs)).toBe(0);
    expect(nextReleaseMs({ ...rest(), state: 'paused' }, nowMs)).toBeUndefined();
    expect(releasedChunks({ ...rest(), state: 'cancelled' }, nowMs)).toBe(6);
  });

  it('is no more once it is started by hand', () => {
    const local = { at: '2026-12-01T09:00', zone: 'Asia/Tokyo' };
    const waiting = became(
      campaign({ state: 'draft' }),
      scheduled(campaign({ state: 'draft' }), nowMs + 1, mover, local),
    );
    expect(waiting).toMatchObject({ state: 'scheduled', local });
    expect(became(waiting, started(waiting, mover)).local).toBeUndefined();
    expect(became(waiting, scheduled(waiting, nowMs + 5, mover)).local).toBeUndefined();
  });
});

describe('a resume', () => {
  it('goes on after a pause where it was', () => {
    const { stage } = sending();
    const again = became(sending({ state: 'paused' }), resumed(sending({ state: 'paused' }), mover));
    expect(again).toMatchObject({ state: 'sending', stage, resumes: 0 });
  });

  it('sends a canary that was set aside after a halt in a canary, judged by what comes from now on', () => {
    const providers = { google: { accepted: 200, hard: 12, authRun: 1 } };
    const before = sending({ state: 'halted', halt, providers, chunksDone: 1 });
    const change = resumed(before, mover);
    expect(change.endRunsOf).toEqual(['google']);
    expect(became(before, change)).toMatchObject({
      state: 'sending',
      stage: { kind: 'canary', number: 2, chunks: 2, recipients: 200, before: { providers, rejected: 0 } },
    });
    expect(became(before, change)).not.toHaveProperty('halt');
  });

  it('takes the next ones for a canary after a halt in the rest', () => {
    const large = planTotals({ recipients: 20_000, chunks: 100, canaryChunks: [1, 2, 3] });
    const stage = { kind: 'rest', chunks: 100, recipients: 20_000, sinceMs: 0 } as const;
    const before = sending({ state: 'halted', halt, plan: large, stage, chunksDone: 40 });
    expect(became(before, resumed(before, mover)).stage).toMatchObject({
      kind: 'canary',
      number: 4,
      chunks: 41,
    });
  });

  it.each([
    { what: 'there is hardly anybody left', chunksDone: 5, canaryChunks: [1, 2, 3] },
    { what: 'there was no canary', chunksDone: 1, canaryChunks: [] },
  ])('sends the rest after a halt when $what', ({ chunksDone, canaryChunks }) => {
    const stage = { kind: 'rest', chunks: 6, recipients: 1_000, sinceMs: 0 } as const;
    const before = sending({ state: 'halted', halt, plan: { ...plan, canaryChunks }, stage, chunksDone });
    expect(became(before, resumed(before, mover)).stage).toMatchObject({ kind: 'rest', chunks: 6 });
  });

  it('gives providers that were stopped their mail, whether the campaign is halted or goes on', () => {
    const stopped = became(sending(), providerStopped(sending(), stop, 'test', 'why'));
    expect(stopped).toMatchObject({ state: 'sending', stops: { google: stop }, resumes: 0 });
    for (const state of ['sending', 'halted', 'paused'] as const) {
      const again = became({ ...stopped, state }, resumed({ ...stopped, state }, mover));
      expect(again).toMatchObject({ state: 'sending', resumes: 1 });
      expect(again).not.toHaveProperty('stops');
    }
  });

  it('of a campaign that is being sent to everybody is refused', () => {
    expect(() => resumed(sending(), mover)).toThrow('campaign "news" is sending: there is nothing to resume');
  });
});
