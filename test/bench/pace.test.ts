import { type PaceCase, paceRow } from '../../bench/pace.ts';
import { virtualClock } from '../../bench/simulation/virtual-clock.ts';

const pace = async (settings: Omit<PaceCase, 'name'>) => await paceRow({ name: 'test', ...settings });

describe('a campaign that takes all it can get, and one-time passwords meanwhile', () => {
  it.each([
    { perSecond: 14, seconds: 600, passwordsPerSecond: 0.7, skewMs: 0 },
    { perSecond: 14, seconds: 600, passwordsPerSecond: 0.7, skewMs: 50, coarse: true },
    { perSecond: 200, seconds: 10, passwordsPerSecond: 10, skewMs: 50 },
    { perSecond: 500, seconds: 6, passwordsPerSecond: 20, skewMs: 0 },
    { perSecond: 5_000, seconds: 10, passwordsPerSecond: 20, skewMs: 0, coarse: true },
    { perSecond: 50_000, seconds: 2, passwordsPerSecond: 100, coarse: true, skewMs: 50 },
  ])('use the rate and arrive in time at $perSecond per second, clocks off by $skewMs', async (settings) => {
    const row = await pace(settings);
    expect(row.utilisation).toBeGreaterThanOrEqual(0.98);
    expect(row.throttled).toBeLessThanOrEqual(0.001);
    expect(row.passwords).toBeGreaterThan(50);
    expect(row.otpP99Seconds).toBeLessThanOrEqual(0.5);
    expect(row.writesPerSecondPerItem).toBeLessThan(1_000);
    expect(row.getAccountPerMinute).toBe(1);
  });

  it('leave somebody else of the account his share', async () => {
    const row = await pace({
      perSecond: 500,
      seconds: 200,
      passwordsPerSecond: 2,
      competitorPerSecond: 150,
      coarse: true,
    });
    expect(row.throttled).toBeGreaterThan(0);
    expect(row.throttled).toBeLessThanOrEqual(0.01);
    expect(row.restUsed).toBeGreaterThanOrEqual(0.95);
  });

  it('all go out, and nothing is taken for a fault, when SES refuses three in ten calls for a minute', async () => {
    const row = await pace({
      perSecond: 40,
      seconds: 240,
      passwordsPerSecond: 0.7,
      recipients: 3_000,
      refusedShare: 0.3,
    });
    expect(row.throttled).toBeGreaterThan(0.03);
    expect(row.completed).toBe(true);
    expect(row.oldestWaitingSeconds).toBeLessThan(5);
  });

  it('of a sandbox leave little of its one recipient per second unused', async () => {
    const row = await pace({ perSecond: 1, seconds: 600, passwordsPerSecond: 0.1 });
    expect(row.utilisation).toBeGreaterThanOrEqual(0.95);
    expect(row.throttled).toBeLessThanOrEqual(0.001);
  });

  it('stop short of the daily quota, and go on when yesterday leaves it', async () => {
    const row = await pace({
      perSecond: 14,
      seconds: 26 * 3_600,
      passwordsPerSecond: 0.001,
      max24HourSend: 2_000,
      recipients: 2_600,
    });
    expect(row).toMatchObject({ sentBeyondQuota: 0, reserveKept: true, resumedByItself: true });
  });
});

describe('virtual time', () => {
  it('passes from event to event, in order, and lets what awoke run before it goes on', async () => {
    const clock = virtualClock(1_000);
    const log: string[] = [];
    const work = async (name: string, ...naps: readonly number[]) => {
      for (const ms of naps) {
        await clock.sleep(ms);
        await Promise.resolve();
        log.push(`${name} ${clock.nowMs()}`);
      }
    };
    clock.start(work('a', 30, 5, 100));
    clock.start(work('b', 10, 22));
    await clock.run(1_050);
    expect(log).toEqual(['b 1010', 'a 1030', 'b 1032', 'a 1035']);
    expect(clock.nowMs()).toBe(1_050);
  });

  it('ends with the first fault of what nobody waits for', async () => {
    const clock = virtualClock(0);
    clock.start(
      clock.sleep(1).then(() => {
        throw new Error('broken');
      }),
    );
    await expect(clock.run(10)).rejects.toThrow('broken');
  });
});
