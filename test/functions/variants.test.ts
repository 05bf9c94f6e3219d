import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import { tagsOf } from '../../domain/delivery.ts';
import { drawnVariant, type Variant } from '../../domain/experiment/variant.ts';
import { openUnsubscribeToken } from '../../domain/unsubscribe.ts';
import { recordFeedback, recordFeedbackBatch } from '../../functions/record-feedback.ts';
import { marketingTemplate } from '../domain/compiled-template.ts';
import { sesEvents } from '../domain/ses-events.ts';
import { campaign, inMemoryCampaigns, inMemoryGuard, planTotals } from './in-memory-campaigns.ts';
import { inMemoryClock, inMemoryTemplates, sender, sqsRecord, suppressionPolicy } from './in-memory-ports.ts';
import { many, bench as planBench } from './plan-campaign-bench.ts';
import { bench } from './send-chunk-bench.ts';

const base = marketingTemplate();
const b = marketingTemplate({
  name: 'other',
  hash: 'b'.repeat(32),
  locales: { en: { ...(base.locales.en ?? never()), subject: ['Other news'] } },
});
const variants: readonly Variant[] = [base, b].map(({ name: template, hash: templateHash }, i) => ({
  name: i === 0 ? 'A' : 'B',
  template,
  templateHash,
}));

function never(): never {
  throw new Error('the template has no locale en');
}

async function sent(count: number) {
  const scene = await bench(count);
  scene.campaigns.alter('news', { variants });
  const run = () => scene.run({ templates: inMemoryTemplates(base, b) });
  const drawn = scene.recipients.map((address) => drawnVariant('news', recipientIdOf(address), 2));
  return { ...scene, run, drawn };
}

describe('a campaign with variants', () => {
  it('sends each recipient the one that was drawn, says so in a tag, and counts what is accepted of each', async () => {
    const scene = await sent(40);
    await scene.run();
    const { drawn } = scene;
    expect(scene.ses.mails.map(({ subject, tags }) => [subject, tags['todoke-variant']])).toEqual(
      drawn.map((name) => [name === 'A' ? 'News' : 'Other news', name]),
    );
    const ofA = drawn.filter((name) => name === 'A').length;
    expect(ofA).toBeGreaterThan(0);
    expect(ofA).toBeLessThan(40);
    expect(scene.campaign()).toMatchObject({
      state: 'completed',
      variantCounts: { A: { accepted: ofA }, B: { accepted: 40 - ofA } },
    });
  });

  it('marks the unsubscribe link with it', async () => {
    const scene = await sent(1);
    await scene.run();
    const [mail] = scene.ses.mails;
    const token = /\/u\/([^>]+)>/.exec(mail?.headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
    expect(openUnsubscribeToken(token, sender.tokenKeys)).toEqual({
      address: 'r0@example.com',
      topic: 'newsletter',
      origin: { campaignId: 'news', variant: scene.drawn[0] },
    });
  });

  it('counts a bounce and a complaint for the variant, each once', async () => {
    const scene = await sent(2);
    await scene.run();
    const record = recordFeedback({
      ...{ ...scene.ports, suppressionPolicy, campaigns: scene.campaigns, ledgers: scene.ledgers },
      ...{ suppressions: scene.suppressions, deliveries: scene.deliveries, authenticationRun: 5 },
    });
    const tags = (index: number) => ({
      ...tagsOf({ kind: 'campaign', campaignId: 'news', chunk: 0, index }),
      'todoke-variant': 'B',
    });
    const bounce = sesEvents.bounce({ tags: tags(0), recipients: ['r0@example.com'] });
    await record(sqsRecord(bounce));
    await record(sqsRecord(bounce));
    await record(sqsRecord(sesEvents.complaint({ tags: tags(1), recipients: ['r1@example.com'] })));
    expect(scene.campaign()).toMatchObject({
      bounced: 1,
      complained: 1,
      variantCounts: { B: { bounced: 1, complained: 1 } },
    });
  });

  describe('of which opens and clicks are tracked', () => {
    const sentMs = Date.UTC(2026, 10, 24);
    const at = (seconds: number) => new Date(sentMs + seconds * 1000).toISOString();
    const events = (index: number, variant: string) => {
      const tags = {
        ...tagsOf({ kind: 'campaign', campaignId: 'news', chunk: 0, index }),
        'todoke-variant': variant,
      };
      const settings = { tags, recipients: [`r${index}@example.com`], messageId: `ses-${index}` };
      return {
        open: (seconds: number) => sesEvents.open({ ...settings, detail: { timestamp: at(seconds) } }),
        click: (seconds: number, link = 'https://example.com/') =>
          sesEvents.click({ ...settings, detail: { timestamp: at(seconds), link } }),
        marked: () => sesEvents.machineOpen({ ...settings, detail: { timestamp: at(60) } }),
      };
    };

    async function recorded(...batches: readonly (readonly object[])[]) {
      const scene = await sent(4);
      scene.campaigns.alter('news', { track: ['opens', 'clicks'] });
      await scene.run();
      const record = recordFeedbackBatch({
        ...{ ...scene.ports, suppressionPolicy, campaigns: scene.campaigns, ledgers: scene.ledgers },
        ...{ suppressions: scene.suppressions, deliveries: scene.deliveries, authenticationRun: 5 },
      });
      for (const batch of batches) {
        expect(await record({ Records: batch.map((event) => sqsRecord(event)) })).toEqual({
          batchItemFailures: [],
        });
      }
      return scene;
    }

    it('has SES report them, and leaves the unsubscribe link as it is', async () => {
      const { ses } = await recorded();
      expect(ses.reportings).toEqual(Array(4).fill('failures+engagement'));
      expect(ses.mails[0]).toMatchObject({ tracked: ['opens', 'clicks'] });
      expect(ses.mails[0]?.html).toMatch(/<a ses:no-track href="https:\/\/unsubscribe\.example\.com\/u\//);
    });

    it('counts each recipient once, also when the campaign is over', async () => {
      const [one, other] = [events(0, 'A'), events(1, 'B')];
      const scene = await recorded(
        [one.open(60), one.open(60), other.click(60)],
        [one.open(90), other.click(300, 'https://example.com/other'), other.open(310)],
        [one.open(60)],
      );
      expect(scene.campaign()).toMatchObject({
        state: 'completed',
        variantCounts: { A: { opened: 1 }, B: { opened: 1, clicked: 1 } },
      });
    });

    it('counts each recipient once in whatever order, batches and duplicates that is reported', async () => {
      const people = fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1 });
      await fc.assert(
        fc.asyncProperty(
          people,
          fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 6 })),
          async (who, noise) => {
            const known = noise.map((batch) => batch.filter((index) => who.includes(index)));
            const batches = [...known, who].map((batch) =>
              batch.map((index) => events(index, 'A').open(60 + index)),
            );
            const scene = await recorded(...batches);
            expect(scene.campaign()?.variantCounts.A?.opened).toBe(who.length);
          },
        ),
        { numRuns: 50 },
      );
    });

    it('tells programs from people: what SES marks, what comes too soon, and several links at once', async () => {
      const person = events(0, 'A');
      const [marked, soon, scanner] = [events(1, 'B'), events(2, 'B'), events(3, 'B')];
      const scene = await recorded([
        marked.marked(),
        soon.click(9),
        scanner.click(60),
        scanner.click(61, 'https://example.com/other'),
        person.click(10),
        person.click(13, 'https://example.com/other'),
      ]);
      expect(scene.campaign()?.variantCounts).toMatchObject({
        A: { clicked: 1 },
        B: { machineOpened: 1, machineClicked: 2 },
      });
      expect(scene.campaign()?.variantCounts.B).not.toHaveProperty('clicked');
    });

    it('counts a person who follows a link after a scanner did', async () => {
      const scene = await recorded([events(0, 'A').click(1)], [events(0, 'A').click(3600)]);
      expect(scene.campaign()?.variantCounts.A).toMatchObject({ machineClicked: 1, clicked: 1 });
    });

    it('keeps neither where a link leads nor who followed it', async () => {
      const scene = await recorded([events(0, 'A').click(60, 'https://example.com/?who=r0')]);
      expect(JSON.stringify([...scene.deliveries.items])).not.toMatch(/who=|192\.0\.2|Mozilla/);
    });
  });

  it('plans those first on whom the variants are tried out, and queues no others', async () => {
    const trial = { by: 'unsubscribes', afterMs: 1_000, share: 0.4 } as const;
    const plan = await planBench(many(1_900), { variants, trial, canary: false });
    const templates = inMemoryTemplates(base, b);
    await plan.run({ templates });
    expect(plan.campaign()).toMatchObject({
      plan: { chunks: 10, trialChunks: 4 },
      stage: { kind: 'trial', chunks: 4 },
    });
    const all = plan.allPointers().map(({ chunk }) => chunk);
    expect(all).toEqual([2, 4, 7, 9, 0, 1, 3, 5, 6, 8]);
    expect(plan.pointers().map(({ chunk }) => chunk)).toEqual(all.slice(0, 4));
    const recipients = await Promise.all(plan.allPointers().map(plan.rowsOf));
    expect(new Set(recipients.flat().map(({ a }) => a)).size).toBe(1_900);
  });

  it('judges the trial when its time has come, and has the winner released to those who waited', async () => {
    const clock = inMemoryClock();
    const trial = { by: 'unsubscribes', afterMs: 60_000, share: 0.4 } as const;
    const variantCounts = { A: { accepted: 400, unsubscribed: 40 }, B: { accepted: 400, unsubscribed: 10 } };
    const campaigns = inMemoryCampaigns(
      campaign({
        ...{ variants, trial, variantCounts, chunksDone: 4, lastChunkAtMs: clock.nowMs() },
        plan: planTotals({ chunks: 10, recipients: 1_900, trialChunks: 4 }),
        stage: { kind: 'trial', chunks: 4, recipients: 800, sinceMs: 0 },
      }),
    );
    const { guard, started } = inMemoryGuard(campaigns, clock.nowMs);
    await guard('news');
    expect(campaigns.of('news')?.winner).toBeUndefined();
    clock.advance(60_000);
    await guard('news');
    await guard('news');
    expect(campaigns.of('news')).toMatchObject({
      winner: { variant: 'B', because: 'better' },
      stage: { kind: 'rest', chunks: 10 },
      history: [{ to: 'sending', by: 'test', why: expect.stringMatching(/^Variant B won/) }],
    });
    expect(started).toEqual(['news']);
  });

  it('sends the winner to those who waited', async () => {
    const scene = await sent(20);
    scene.campaigns.alter('news', {
      plan: planTotals({ chunks: 2, trialChunks: 1 }),
      winner: { variant: 'B', by: 'clicks', because: 'better', samples: [], atMs: 0 },
    });
    await scene.run();
    expect(new Set(scene.ses.mails.map(({ subject }) => subject))).toEqual(new Set(['Other news']));
    expect(scene.campaign()?.variantCounts).toEqual({ B: { accepted: 20 } });
  });

  it('puts a chunk aside whose variant is gone', async () => {
    const scene = await sent(1);
    await scene.run();
    const gone = await sent(1);
    gone.campaigns.alter('news', {
      variants: variants.map((each) => ({ ...each, templateHash: 'c'.repeat(32) })),
    });
    await gone.run();
    expect(gone.ses.mails).toEqual([]);
    expect(gone.deadLetterQueue.sent).toHaveLength(1);
  });

  it('leaves out whoever lacks data for any of them, whichever it would have been', async () => {
    const needs = (properties: Record<string, { type: 'string' | 'number' }>) => ({
      schema: { type: 'object', properties, required: Object.keys(properties) } as const,
    });
    const plan = await planBench(
      'email,plan,points\na@example.com,Pro,1\nb@example.com,Pro,\nc@example.com,,2\n',
      {
        variants,
      },
    );
    const templates = inMemoryTemplates(
      marketingTemplate(needs({ plan: { type: 'string' } })),
      marketingTemplate({ ...needs({ points: { type: 'number' } }), name: 'other', hash: 'b'.repeat(32) }),
    );
    await plan.run({ templates });
    expect(plan.campaign()?.plan).toMatchObject({ rows: 3, recipients: 1, rejected: 2 });
    expect(plan.excluded().map(({ row, field }) => [row, field])).toEqual([
      [2, expect.stringContaining('points')],
      [3, expect.stringContaining('plan')],
    ]);
    const [pointer] = plan.pointers();
    // A value is of the kind that the variant wants which knows it.
    expect((pointer && (await plan.rowsOf(pointer)))?.map(({ d }) => d)).toEqual([
      { plan: 'Pro', points: 1 },
    ]);
  });
});
