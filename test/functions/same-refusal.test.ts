import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publishTemplate, templateKeys, templates } from '../../aws/templates.ts';
import { knownRecipients } from '../../domain/segment/known-recipients.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { contentHash } from '../../domain/template/content-hash.ts';
import { parseCompiledTemplate } from '../../domain/template/parse-compiled.ts';
import { renderMail } from '../../domain/template/render.ts';
import { missingData } from '../../domain/template/validate.ts';
import { planCampaign } from '../../functions/plan-campaign.ts';
import { publishTemplates } from '../../functions/publish-templates.ts';
import { marketingTemplate } from '../domain/compiled-template.ts';
import { notificationBody } from '../domain/notification-body.ts';
import { campaign, inMemoryCampaigns } from './in-memory-campaigns.ts';
import { inMemoryBucket, inMemoryClock, inMemoryQueue, inMemorySuppressionScan } from './in-memory-ports.ts';
import { bench } from './send-notification-bench.ts';

const content = marketingTemplate({
  schema: {
    type: 'object',
    properties: {
      plan: { type: 'string', pattern: '^[a-z]+$', description: 'a plan', maxLength: 10 },
      coin: { type: 'string', enum: ['JPY', 'USD'] },
      count: { type: 'number', maximum: 5 },
    },
    required: ['plan'],
  },
});
const announcement: CompiledTemplate = { ...content, hash: contentHash(content) };
const { name, hash } = announcement;

/** A bucket in which a text is stored as the published version. */
async function bucketWith(json: string) {
  const bucket = inMemoryBucket();
  await bucket.put(templateKeys.version(name, hash), json);
  await bucket.put(templateKeys.current(name), JSON.stringify({ hash }));
  await bucket.put('audiences/news.csv', 'email\na@example.com\n');
  const stored = { getText: async (key: string) => bucket.textOf(key) };
  return { bucket, catalogue: templates(stored, inMemoryClock().nowMs) };
}

/** What the planner says of one recipient with these data, or of the whole campaign. */
async function plannerSays(json: string, data: Record<string, unknown>): Promise<unknown> {
  const { bucket, catalogue } = await bucketWith(json);
  const campaigns = inMemoryCampaigns(campaign({ state: 'draft', template: name, templateHash: hash, data }));
  const ports = {
    campaigns,
    templates: catalogue,
    bucket,
    chunksQueue: inMemoryQueue(),
    nowMs: inMemoryClock().nowMs,
    newPlanId: () => 'p1',
    scanSuppressions: inMemorySuppressionScan(),
    readKnown: async (_: unknown, nowMs: number) => knownRecipients(nowMs),
    frequencyCap: undefined,
  };
  await planCampaign(ports)('news');
  const excluded = bucket.textOf('campaigns/news/p1/excluded.jsonl');
  return excluded === undefined ? campaigns.of('news')?.failure : JSON.parse(excluded).message;
}

/** What the sender writes down when it rejects a mail with these data. */
async function senderSays(json: string, data: Record<string, unknown>): Promise<unknown> {
  const { catalogue } = await bucketWith(json);
  const b = bench();
  await b.run(notificationBody({ template: name, data }), { templates: catalogue });
  expect(b.ses.mails).toEqual([]);
  return b.deadLetterQueue.sent[0]?.attributes?.detail;
}

function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing';
}

describe('data are refused with the same words when they are published, planned, sent and rendered:', () => {
  it.each([
    { data: {}, says: 'plan is missing' },
    { data: { plan: 5 }, says: 'plan is not a string' },
    { data: { plan: 'PRO' }, says: 'plan is not a plan' },
    { data: { plan: 'abcdefghijkl' }, says: 'plan has 12 characters; 10 are allowed' },
    { data: { plan: 'a', coin: 'EUR' }, says: 'coin is not one of JPY, USD' },
    { data: { plan: 'a', count: 6 }, says: 'count is more than 5' },
  ])('$says', async ({ data, says }) => {
    const json = JSON.stringify(announcement);
    expect(missingData(announcement, data)[0]?.message).toBe(says);
    expect(await plannerSays(json, data)).toContain(says);
    expect(await senderSays(json, data)).toBe(says);
    expect(thrownBy(() => renderMail(announcement, 'en', data))).toBe(says);
  });
});

/** What CloudFormation is told when the project's build left such a file. */
async function deploySays(json: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-refusal-'));
  try {
    writeFileSync(join(directory, 'index.json'), JSON.stringify([{ name, hash }]));
    writeFileSync(join(directory, `${name}.${hash}.json`), json);
    const bucket = inMemoryBucket();
    const says = await publishTemplates(pathToFileURL(`${directory}/`), bucket).catch(
      (error) => error.message,
    );
    expect(bucket.textOf(templateKeys.current(name))).toBeUndefined();
    return String(says);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('a template that is none is refused with the same words by the command line, the deploy, the planner and the sender:', () => {
  it.each([
    { what: 'not JSON', json: '{' },
    {
      what: 'changed content',
      json: JSON.stringify({ ...announcement, defaultLocale: 'en', topic: 'else' }),
    },
    { what: 'an operation of the future', json: JSON.stringify(announcement).replace('"v"', '"w"') },
    { what: 'no topic', json: JSON.stringify({ ...announcement, topic: undefined }) },
  ])('$what', async ({ json }) => {
    const says = thrownBy(() => parseCompiledTemplate(json, { name, hash }));
    expect(says).toMatch(/^compiled template announcement is refused: /);
    await expect(publishTemplate(inMemoryBucket(), name, hash, json)).rejects.toThrow(says);
    expect(await deploySays(json)).toBe(says);
    expect(await plannerSays(json, { plan: 'a' })).toBe(says);
    expect(await senderSays(json, { plan: 'a' })).toBe(says);
  });
});
