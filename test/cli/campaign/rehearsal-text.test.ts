import { type RehearsalResult, renderRehearsal } from '../../../cli/campaign/rehearsal-text.ts';

const result: RehearsalResult = {
  name: 'spring sale',
  state: 'draft',
  template: 'product-announcement',
  totals: {
    ...{ planId: 'p', plannedAtMs: 0, rows: 2, recipients: 2, invalid: 0, duplicates: 0, rejected: 0 },
    ...{ suppressed: 0, capped: 0, filtered: 0, chunks: 1, canaryChunks: [] },
  },
  reasons: [],
  samples: [],
  account: { maxSendRate: 14, max24HourSend: 50_000, sentLast24Hours: 0, plan: 'NONE' },
  forecast: { seconds: 1, today: 2, daysOfWaiting: 0 },
  cost: { usd: 0, lines: [] },
  findings: { doctor: [], template: [], blocking: false },
  isBlocked: false,
  tests: [],
};

describe('renderRehearsal', () => {
  it.each<[string, Partial<RehearsalResult>, string]>([
    ['how to start a draft', {}, 'Start it with: npx todoke campaign start "spring sale"'],
    [
      'that what is blocked cannot be started',
      { isBlocked: true },
      'It cannot be started until what blocks it is mended.',
    ],
    [
      'that there is nobody to send to',
      { totals: { ...result.totals, recipients: 0 } },
      'Nobody would get it, so there is nothing to start.',
    ],
    ['no more of what is started', { state: 'sending' }, 'Template: nothing was found'],
  ])('ends with %s', (_, changed, end) => {
    expect(
      renderRehearsal({ ...result, ...changed })
        .split('\n')
        .at(-1),
    ).toBe(end);
  });
});
