import { recipientIdOf } from '../../domain/address.ts';
import { tagsOf } from '../../domain/delivery.ts';
import { drawnVariant, type Variant } from '../../domain/experiment/variant.ts';
import { openUnsubscribeToken } from '../../domain/unsubscribe.ts';
import { recordFeedback } from '../../functions/record-feedback.ts';
import { marketingTemplate } from '../domain/compiled-template.ts';
import { sesEvents } from '../domain/ses-events.ts';
import { inMemoryTemplates, sender, sqsRecord, suppressionPolicy } from './in-memory-ports.ts';
import { bench as planBench } from './plan-campaign-bench.ts';
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
