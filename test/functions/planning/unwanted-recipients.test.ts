import { recipientIdOf } from '../../../domain/address.ts';
import type { Campaign } from '../../../domain/campaign/campaign.ts';
import { planKeys } from '../../../domain/campaign/plan-keys.ts';
import { digestOfId, wordOf } from '../../../domain/campaign/recipient-table.ts';
import { planCampaign } from '../../../functions/plan-campaign.ts';
import { unwantedRecipients } from '../../../functions/planning/unwanted-recipients.ts';
import { campaign } from '../in-memory-campaigns.ts';
import { inMemorySuppressionScan, startMs, unsubscribed } from '../in-memory-ports.ts';
import { bench } from '../plan-campaign-bench.ts';

const fileOf = (...people: readonly string[]) =>
  `email,plan\n${people.map((person) => `${person}@example.com,p\n`).join('')}`;

/** Campaigns that were planned one after another, each for some people, before one called "news". */
async function benchAfter(
  earlier: Readonly<Record<string, readonly string[]>>,
  overrides: Partial<Campaign> = {},
  suppressed: readonly string[] = [],
) {
  const b = await bench(fileOf('a', 'b', 'c'), overrides);
  for (const person of suppressed) {
    b.suppressions.items.set(recipientIdOf(`${person}@example.com`), { all: unsubscribed });
  }
  for (const [campaignId, people] of Object.entries(earlier)) {
    const audienceKey = `audiences/${campaignId}.csv`;
    await b.bucket.put(audienceKey, fileOf(...people));
    await b.campaigns.create(campaign({ campaignId, audienceKey, state: 'draft' }));
    await planCampaign(b.ports)(campaignId);
  }
  return b;
}

const twoAWeek = { frequencyCap: { mails: 2, days: 7 } };

describe('the frequency cap', () => {
  const earlier = { spring: ['a', 'b'], summer: ['B', 'c'], autumn: ['b'] };

  it('leaves out who is in as many campaigns already, and says which rows they are', async () => {
    const b = await benchAfter(earlier, twoAWeek);
    await b.run();
    expect(b.campaign()?.plan).toMatchObject({ rows: 3, recipients: 2, capped: 1 });
    expect(b.excluded()).toEqual([
      {
        ...{ row: 2, why: 'capped', code: 'capped', field: 'row 2 address' },
        message: 'row 2: the recipient is in as many campaigns lately as the frequency cap allows',
      },
    ]);
  });

  it('holds for every marketing campaign where the stage has one', async () => {
    const b = await benchAfter(earlier);
    await b.run({ frequencyCap: { mails: 1, days: 7 } });
    expect(b.campaign()).toMatchObject({ state: 'completed', plan: { rows: 3, recipients: 0, capped: 3 } });
  });

  it('does not count a campaign for those who were left out of it', async () => {
    const b = await benchAfter({ spring: ['a', 'b'] }, { frequencyCap: { mails: 1, days: 7 } }, ['b']);
    b.suppressions.items.clear();
    await b.run();
    expect(b.campaign()?.plan).toMatchObject({ recipients: 2, capped: 1 });
  });

  it('does not count a campaign that was cancelled before it sent anything', async () => {
    const b = await benchAfter(earlier, twoAWeek);
    b.campaigns.alter('autumn', { state: 'cancelled' });
    b.campaigns.alter('summer', { state: 'cancelled' });
    await b.run();
    expect(b.campaign()?.plan).toMatchObject({ recipients: 3, capped: 0 });
  });

  it('does not count the campaign itself when it is planned again', async () => {
    const b = await benchAfter({}, { frequencyCap: { mails: 1, days: 7 } });
    const change: typeof b.campaigns.change = async (current, facts) => {
      if (facts.plan !== undefined) {
        throw new Error('crash');
      }
      return await b.campaigns.change(current, facts);
    };
    await expect(b.run({ campaigns: { ...b.campaigns, change } })).rejects.toThrow('crash');
    await b.run();
    expect(b.campaign()?.plan).toMatchObject({ recipients: 3, capped: 0 });
  });

  it('does not count a campaign that was planned before those days', async () => {
    const b = await benchAfter({ spring: ['a'] }, { frequencyCap: { mails: 1, days: 7 } });
    await b.run({ nowMs: () => startMs + 8 * 86_400_000 });
    expect(b.campaign()?.plan).toMatchObject({ recipients: 3, capped: 0 });
  });

  it('does not count a campaign of which nothing is left in the bucket', async () => {
    const b = await benchAfter({ spring: ['a'] }, { frequencyCap: { mails: 1, days: 7 } });
    b.bucket.objects.delete(planKeys('spring', b.campaigns.of('spring')?.plan?.planId ?? '').recipients);
    await b.run();
    expect(b.campaign()?.plan).toMatchObject({ recipients: 3, capped: 0 });
  });
});

describe('suppressed recipients', () => {
  it.each([
    ['all', { all: unsubscribed }, 'suppressed'],
    ['marketing', { marketing: unsubscribed }, 'suppressed'],
    ['its topic', { 'topic:news': unsubscribed }, 'suppressed'],
    ['another topic', { 'topic:other': unsubscribed }, undefined],
    ['transactional', { transactional: unsubscribed }, undefined],
    ['all until just now', { all: { ...unsubscribed, expiresAtMs: startMs } }, undefined],
    ['all for a while', { all: { ...unsubscribed, expiresAtMs: startMs + 1 } }, 'suppressed'],
  ] as const)(
    'are left out of a marketing campaign where the suppression is for %s',
    async (_, found, why) => {
      const id = recipientIdOf('a@example.com');
      const b = await bench('');
      const unwanted = await unwantedRecipients(
        { ...b.ports, scanSuppressions: inMemorySuppressionScan(new Map([[id, found]])) },
        campaign(),
        { category: 'marketing', topic: 'news' },
      );
      const digest = digestOfId(id);
      expect(unwanted(wordOf(digest, 0), wordOf(digest, 1))).toBe(why);
      expect(unwanted(1, 2)).toBeUndefined();
    },
  );
});
