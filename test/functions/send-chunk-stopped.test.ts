import fc from 'fast-check';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import {
  type CampaignChange,
  cancelled,
  isSending,
  paused,
  providerStopped,
  resumed,
} from '../../domain/campaign/campaign-life.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { SendChunkPorts } from '../../functions/chunk/chunk-work.ts';
import { campaign, planTotals } from './in-memory-campaigns.ts';
import { bench } from './send-chunk-bench.ts';

const accepted: SendAnswer = { outcome: 'accepted', sesMessageId: 'ses-1' };
const stop = { code: 'authentication', provider: 'google', atMs: 0 } as const;
const mover = { by: 'somebody', atMs: 0 };

type Bench = Awaited<ReturnType<typeof bench>>;

/** Moves the campaign if there is a way. */
async function move(b: Bench, change: (from: Campaign) => CampaignChange): Promise<void> {
  const from = b.campaign() ?? campaign();
  try {
    await b.campaigns.change(from, change(from));
  } catch (error) {
    expect(error).toMatchObject({ code: 'campaign-state' });
  }
}

const moves = {
  pause: (b: Bench) => move(b, (from) => paused(from, mover)),
  resume: (b: Bench) => move(b, (from) => resumed(from, mover)),
  stop: (b: Bench) =>
    move(b, (from) => (isSending(from) ? providerStopped(from, stop, 'test', 'why') : paused(from, mover))),
};

const step = fc.record({
  /** While SES has this call of the worker in hand the campaign is moved. */
  atCall: fc.integer({ min: 1, max: 30 }),
  moved: fc.constantFrom('pause', 'resume', 'stop', 'nothing'),
  /** The worker dies at that call. */
  dies: fc.boolean(),
});

const scene = fc.record({
  steps: fc.array(step, { maxLength: 6 }),
  domains: fc.array(fc.constantFrom('gmail.com', 'example.com'), { minLength: 1, maxLength: 30 }),
  ending: fc.constantFrom('resume', 'cancel'),
});

it('accounts for everybody, and mails nobody twice, whenever the campaign is stopped, resumed or its worker dies', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ steps, domains, ending }) => {
      const b = await bench(domains);
      const sent = new Map<string, number>();
      for (const { atCall, moved, dies } of steps) {
        let calls = 0;
        let die: () => void = () => {};
        const dead = new Promise<void>((resolve) => {
          die = resolve;
        });
        const sendMail: SendChunkPorts['sendMail'] = async ({ toHeader }) => {
          sent.set(toHeader, (sent.get(toHeader) ?? 0) + 1);
          calls++;
          if (calls >= atCall && moved !== 'nothing' && calls === atCall) {
            await moves[moved](b);
            b.clock.advance(2_000);
          }
          if (dies && calls >= atCall) {
            die();
            return await new Promise<never>(() => {});
          }
          return accepted;
        };
        await Promise.race([b.run({ sendMail }), dead]);
        b.clock.advance(80_000);
      }
      if (ending === 'cancel') {
        await move(b, (from) => cancelled(from, mover));
      } else if (b.campaign()?.state !== 'completed') {
        await moves.resume(b);
      }
      for (let runs = 0; runs < 3; runs++) {
        await b.drain({
          sendMail: async ({ toHeader }) => {
            sent.set(toHeader, (sent.get(toHeader) ?? 0) + 1);
            return accepted;
          },
        });
        b.clock.advance(80_000);
      }
      const outcomes = b.outcomes() ?? '';
      const count = (outcome: string) => outcomes.split(outcome).length - 1;
      expect(outcomes).toMatch(/^[AUH]+$/);
      expect(Math.max(0, ...sent.values())).toBeLessThanOrEqual(1);
      for (const [index, recipient] of b.recipients.entries()) {
        const times = sent.get(recipient) ?? 0;
        expect([recipient, times]).toEqual([recipient, outcomes[index] === 'H' ? 0 : 1]);
      }
      const { state, outcomes: totals, chunksDone } = b.campaign() ?? campaign();
      expect(totals).toEqual({
        ...{ accepted: count('A'), unknown: count('U'), stopped: count('H') },
        ...{ suppressed: 0, rejected: 0 },
      });
      expect(chunksDone).toBe(1);
      if (ending === 'resume') {
        expect([state, totals.stopped]).toEqual(['completed', 0]);
      }
    }),
    { numRuns: 150 },
  );
});

describe('in a canary', () => {
  const plan = planTotals({ rows: 1_000, recipients: 1_000, chunks: 6, canaryChunks: [1, 2, 3] });
  const canary = async (domains: readonly string[]) => {
    const b = await bench(domains);
    const stage = {
      kind: 'canary',
      number: 1,
      chunks: 1,
      recipients: 200,
      sinceMs: b.clock.nowMs(),
    } as const;
    b.campaigns.alter('news', { plan, stage });
    return b;
  };
  const gmail = Array<string>(20).fill('gmail.com');

  it('sends five mails to a provider, and the others when one of them was delivered', async () => {
    const b = await canary(gmail);
    const sleep: SendChunkPorts['sleep'] = async (ms) => {
      await b.clock.sleep(ms);
      if (ms === 500) {
        expect([b.ses.mails.length, b.outcomes()]).toEqual([5, `${'A'.repeat(5)}${'.'.repeat(15)}`]);
        b.campaigns.alter('news', { providers: { google: { delivered: 1 } } });
      }
    };
    await b.run({ sleep });
    expect(b.outcomes()).toBe('A'.repeat(20));
  });

  it('sends no more than five when the provider is stopped for them', async () => {
    const b = await canary([...gmail, 'example.com']);
    const sleep: SendChunkPorts['sleep'] = async (ms) => {
      await b.clock.sleep(ms);
      if (ms === 500) {
        b.campaigns.alter('news', { stops: { google: stop } });
      }
    };
    await b.run({ sleep });
    expect(b.outcomes()).toBe(`${'A'.repeat(5)}${'H'.repeat(15)}A`);
  });

  it('goes on when nothing is heard in twenty seconds', async () => {
    const b = await canary(gmail);
    const began = b.clock.nowMs();
    await b.run();
    expect(b.outcomes()).toBe('A'.repeat(20));
    expect(b.clock.nowMs() - began).toBeLessThan(22_000);
  });
});
