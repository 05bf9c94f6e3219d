import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce } from '../../local/announcement.ts';
import type { RecipientBehaviour } from '../../local/ses/simulator.ts';
import { commandLine, type Todoke } from '../cli/running-todoke.ts';
import { notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

interface Answer {
  readonly mails: readonly {
    readonly deliveryId: string;
    readonly campaign?: string;
    readonly state?: string;
    readonly sesMessageId?: string;
    readonly verdict: { readonly code: string; readonly reason?: string; readonly fault: string };
    readonly timeline: readonly { readonly what: { readonly en: string } }[];
  }[];
  readonly newest: {
    readonly others: { readonly failures: number };
    readonly authentication?: { readonly verified: boolean };
  };
}

/** What becomes of the mail to each. */
const people: Readonly<Record<string, { readonly code: string; readonly behaviour?: RecipientBehaviour }>> = {
  'good@example.com': { code: 'delivered' },
  'seen@docomo.ne.jp': { code: 'accepted_unseen' },
  'gone@example.com': { code: 'rejected_address', behaviour: 'bounce' },
  'full@example.com': { code: 'rejected_mailbox', behaviour: 'softBounce' },
  'strict@gmail.com': { code: 'rejected_our_fault', behaviour: 'unauthenticated' },
  'angry@example.com': { code: 'complained', behaviour: 'complaint' },
  'slow@example.com': { code: 'delayed', behaviour: 'delay' },
  'listed@example.com': { code: 'held_by_ses', behaviour: 'suppressed' },
  'unwanted@example.com': { code: 'never_sent_suppressed' },
  'late@example.com': { code: 'never_sent_expired' },
  'wrong@example.com': { code: 'never_sent_input' },
  'twice@example.com': { code: 'delivered' },
};
const ids = Object.keys(people).map((address) => [address.replace(/@.*/, ''), address] as const);

const directory = mkdtempSync(join(tmpdir(), 'todoke-trace-'));
let pipeline: RunningPipeline;
let todoke: Todoke;

async function ask(...args: readonly string[]): Promise<Answer> {
  const { code, err, json } = await todoke(['trace', ...args, '--json']);
  expect([code, err]).toEqual([0, '']);
  return json() as Answer;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries === 200) {
      throw new Error('waited in vain');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isSettled = async (id: string, code: string) => {
  const { code: exit, json } = await todoke(['trace', id, '--json']);
  return exit === 0 && (json() as Answer).mails[0]?.verdict.code === code;
};

beforeAll(async () => {
  pipeline = await runPipeline({
    ses: {
      account: { maxSendRate: 200 },
      latencies: { answerMs: [5, 20], complaintMs: [5, 20], retryMs: [600_000, 600_000] },
      recipientBehaviour: (address) => people[address]?.behaviour,
    },
  });
  todoke = await commandLine(announce(directory, pipeline).file);
  await todoke(['suppression', 'add', 'unwanted@example.com', '--scope', 'all']);
  expect(await pipeline.invoke(pipeline.functionId('CampaignWatch'), {})).toMatchObject({ outcome: 'done' });
  const special: Readonly<Record<string, object>> = {
    late: { expiresAt: '2026-01-01T00:00:00Z' },
    wrong: { data: {} },
    twice: { collapseKey: 'disk', collapseWindowSeconds: 600 },
  };
  for (const [id, address] of ids) {
    await pipeline.publish(notification(id, { recipient: { address }, ...special[id] }));
  }
  await until(() => isSettled('twice', 'delivered'));
  await pipeline.publish(
    notification('again', { recipient: { address: 'twice@example.com' }, ...special.twice }),
  );
});
afterAll(async () => {
  await pipeline.close();
  rmSync(directory, { recursive: true });
});

it('gives every mail of a mixed run the verdict that belongs to it, by its id and by the address', async () => {
  for (const [id, address] of ids) {
    await until(() => isSettled(id, people[address]?.code ?? ''));
    const byId = await ask(id);
    expect(byId.mails).toMatchObject([{ deliveryId: `n#${id}`, verdict: { code: people[address]?.code } }]);
    const byAddress = await ask(address);
    expect(byAddress.mails.filter(({ deliveryId }) => deliveryId === `n#${id}`)).toEqual(byId.mails);
  }
  await until(() => isSettled('again', 'never_sent_collapsed'));
  expect((await ask('twice@example.com')).mails.map(({ verdict }) => verdict.code).sort()).toEqual([
    ...['delivered', 'never_sent_collapsed'],
  ]);
}, 30_000);

it('finds a mail by the Message-ID header, and knows how it stood with the identity', async () => {
  const { sesMessageId } = (await ask('gone')).mails[0] ?? {};
  const { mails, newest } = await ask(`<${sesMessageId}@email.amazonses.com>`);
  expect(mails.map(({ deliveryId }) => deliveryId)).toEqual(['n#gone']);
  // SES may begin before its answer is here.
  expect(mails[0]?.timeline.map(({ what }) => what.en).toSorted()).toEqual([
    ...['SES began to send', 'accepted by SES', 'bounced', 'put on the queue', 'taken in hand'],
  ]);
  expect(newest.authentication).toMatchObject({ verified: true });
  // Those to full, angry and listed, at the same domain.
  expect(newest.others.failures).toBe(3);
});

it('finds mail of a campaign that has no row, and counts the campaign by verdict', async () => {
  const audience = join(directory, 'news.csv');
  const rows = ['good', 'gone2', 'unwanted', 'good', 'seen@docomo.ne.jp', 'not an address'].map((name) =>
    name.includes('@') || name.includes(' ') ? name : `${name}@example.com`,
  );
  writeFileSync(audience, ['address,couponCode', ...rows.map((address) => `${address},A`)].join('\n'));
  const args = ['--template', 'product-announcement', '--name', 'news', '--audience', audience];
  expect(await todoke(['campaign', 'start', ...args])).toMatchObject({ code: 0 });
  const countsOf = async () => {
    const { json } = await todoke(['trace', '--campaign', 'news', '--json']);
    return json() as { readonly rows: number; readonly verdicts: Record<string, number> };
  };
  await until(async () => (await countsOf()).verdicts.accepted_no_failure === 3);
  expect(await countsOf()).toMatchObject({
    rows: 6,
    verdicts: {
      ...{ accepted_no_failure: 3, never_sent_suppressed: 1, never_sent_duplicate: 1, never_sent_invalid: 1 },
    },
  });
  const good = await ask('good@example.com');
  expect(good.mails.map(({ campaign, verdict }) => [campaign, verdict.code])).toEqual([
    ['news', 'accepted_no_failure'],
    [undefined, 'delivered'],
  ]);
  const unwanted = await ask('unwanted@example.com');
  expect(unwanted.mails[0]).toMatchObject({
    ...{ campaign: 'news', verdict: { code: 'never_sent_suppressed', reason: 'manual', fault: 'us' } },
  });
}, 30_000);

it('answers in words: a report, a reply to the customer, what a postmaster asks for, and that nothing is known', async () => {
  const report = await todoke(['trace', 'strict@gmail.com', '--lang', 'ja']);
  expect(report.out).toMatch(/判定: rejected_our_fault: unauthenticated[\s\S]*原因の所在: 送信側の DNS/);
  expect(report.out).toMatch(/同じ事業者の同じ時間帯: Gmail:不達 0 件/);
  const reply = await todoke(['trace', 'seen@docomo.ne.jp', '--reply', '--lang', 'ja']);
  expect(reply.out).toContain('迷惑メール_ドコモ用');
  const evidence = await todoke(['trace', 'strict', '--evidence']);
  expect(evidence.out).toMatch(/^SMTP reply: .*5\.7\.26/m);
  const nothing = await todoke(['trace', 'nobody@example.com', '--lang', 'en']);
  expect(nothing).toMatchObject({
    code: 1,
    out: expect.stringContaining('There is no record of this mail.'),
  });
});
