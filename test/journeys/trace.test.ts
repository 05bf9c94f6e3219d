import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { announce } from '../../local/announcement.ts';
import type { RecipientBehaviour } from '../../local/ses/simulator.ts';
import { commandLine, type Todoke } from '../cli/running-todoke.ts';
import { type SesEventSettings, sesEvents } from '../domain/ses-events.ts';
import { announcement, notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

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

interface Person {
  /** Of the verdict. */
  readonly code: string;
  readonly behaviour?: RecipientBehaviour;
  /** What SES reports later on. */
  readonly later?: readonly [keyof typeof sesEvents, SesEventSettings['detail']?];
}

const expired = [
  {
    emailAddress: 'given-up@example.com',
    status: '4.4.7',
    diagnosticCode:
      'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 mailbox full>',
  },
];

/** What becomes of the mail to each. */
const people: Readonly<Record<string, Person>> = {
  'good@example.com': { code: 'delivered' },
  'seen@docomo.ne.jp': { code: 'accepted_unseen' },
  'gone@example.com': { code: 'rejected_address', behaviour: 'bounce' },
  'full@example.com': { code: 'rejected_mailbox', behaviour: 'softBounce' },
  'strict@gmail.com': { code: 'rejected_our_fault', behaviour: 'unauthenticated' },
  'angry@example.com': { code: 'complained', behaviour: 'complaint' },
  'slow@example.com': { code: 'delayed', behaviour: 'delay' },
  'listed@example.com': { code: 'held_by_ses', behaviour: 'suppressed' },
  'unwanted@example.com': { code: 'never_sent_suppressed' },
  'recovered@example.com': { code: 'delivered', behaviour: 'delay', later: ['delivery'] },
  'given-up@example.com': {
    ...{ code: 'rejected_mailbox', behaviour: 'delay' },
    later: ['bounce', { bounceType: 'Transient', bounceSubType: 'General', bouncedRecipients: expired }],
  },
  'after-all@example.com': { code: 'rejected_address', later: ['bounce'] },
  'infected@example.com': { code: 'refused_by_ses', later: ['reject'] },
  'preview@ezweb.ne.jp': { code: 'accepted_unseen', later: ['machineOpen'] },
  'tomorrow@example.com': { code: 'waiting_for' },
  'doubt@example.com': { code: 'in_doubt' },
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

/** What SES says of a mail long after it was sent, or so that nobody has to wait for it. */
async function report(
  kind: keyof typeof sesEvents,
  id: string,
  address: string,
  detail: SesEventSettings['detail'] = {},
): Promise<void> {
  const event = sesEvents[kind]({
    recipients: [address],
    tags: { 'todoke-notification': id },
    detail: { timestamp: new Date().toISOString(), ...detail },
  });
  await pipeline.messaging.call('sns', 'Publish', {
    TopicArn: pipeline.outputs.FeedbackTopicArn ?? '',
    Message: JSON.stringify(event),
  });
}

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
    tomorrow: { notBefore: new Date(Date.now() + 20 * 3_600_000).toISOString() },
    twice: { collapseKey: 'disk', collapseWindowSeconds: 600 },
  };
  // Of marketing mail that is in doubt nobody gets a second one.
  pipeline.ses.faults.update({ calls: { errorBeforeAcceptance: { next: 1 } } });
  await pipeline.publish(announcement('doubt', { recipient: { address: 'doubt@example.com' } }));
  await until(() => isSettled('doubt', 'in_doubt'));
  for (const [id, address] of ids.filter(([name]) => name !== 'doubt')) {
    await pipeline.publish(notification(id, { recipient: { address }, ...special[id] }));
  }
  for (const [id, address] of ids) {
    const [kind, detail] = people[address]?.later ?? [];
    if (kind !== undefined) await report(kind, id, address, detail);
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
}, 150_000);

it('finds a mail by the Message-ID header, and knows how it stood with the identity', async () => {
  const { sesMessageId } = (await ask('gone')).mails[0] ?? {};
  const { mails, newest } = await ask(`<${sesMessageId}@email.amazonses.com>`);
  expect(mails.map(({ deliveryId }) => deliveryId)).toEqual(['n#gone']);
  // SES may begin before its answer is here.
  expect(mails[0]?.timeline.map(({ what }) => what.en).toSorted()).toEqual([
    ...['SES began to send', 'accepted by SES', 'bounced', 'put on the queue', 'taken in hand'],
  ]);
  expect(newest.authentication).toMatchObject({ verified: true });
  // Those to full, angry, listed, given-up and after-all, at the same domain.
  expect(newest.others.failures).toBe(5);
});

interface Counts {
  readonly state: string;
  readonly rows: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

async function countsOf(name: string): Promise<Counts> {
  return (await todoke(['trace', '--campaign', name, '--json'])).json() as Counts;
}

const withCoupon = (address: string) => ({ address, couponCode: 'ASAGIRI10' });

/** Starts a campaign, and waits until its mail is counted so: every row of its audience has one verdict. */
async function counted(
  name: string,
  rows: readonly object[],
  verdicts: Counts['verdicts'],
  ...options: readonly string[]
): Promise<void> {
  const audience = join(directory, `${name}.jsonl`);
  writeFileSync(audience, rows.map((row) => JSON.stringify(row)).join('\n'));
  const args = ['--template', 'product-announcement', '--name', name, '--audience', audience, ...options];
  expect(await todoke(['campaign', 'start', ...args, '--yes'])).toMatchObject({ code: 0 });
  let seen: Counts | undefined;
  await until(async () => {
    seen = await countsOf(name);
    return isDeepStrictEqual({ ...seen.verdicts }, verdicts);
  }).catch(() => expect(seen?.verdicts).toEqual(verdicts));
  expect(Object.values(verdicts).reduce((sum, count) => sum + count)).toBe(rows.length);
  expect(seen).toMatchObject({ rows: rows.length });
}

it('counts every row of a campaign under one verdict, and finds mail that has no row of its own', async () => {
  pipeline.ses.faults.update({ calls: { errorBeforeAcceptance: { next: 1 } } });
  await counted(
    'news',
    [
      ...['good', 'gone', 'full', 'angry', 'unwanted', 'good'].map((name) =>
        withCoupon(`${name}@example.com`),
      ),
      ...['first@example.com', 'not an address', 'new@docomo.ne.jp'].map(withCoupon),
      { address: 'dataless@example.com', couponCode: { is: 'no text' } },
    ],
    {
      // Who had bounced or complained is suppressed by now; one of the others met with the fault.
      ...{ accepted_no_failure: 3, in_doubt: 1, never_sent_suppressed: 3, never_sent_duplicate: 1 },
      ...{ never_sent_invalid: 1, never_sent_data: 1 },
    },
    '--no-canary',
  );
  const unwanted = await ask('unwanted@example.com');
  expect(unwanted.mails[0]).toMatchObject({
    ...{ campaign: 'news', verdict: { code: 'never_sent_suppressed', reason: 'manual', fault: 'us' } },
  });
  const dataless = await ask('dataless@example.com');
  expect(dataless.mails).toMatchObject([{ campaign: 'news', verdict: { code: 'never_sent_data' } }]);
  // Whoever of them the fault met.
  const four = ['good@example.com', 'full@example.com', 'first@example.com', 'new@docomo.ne.jp'];
  const codes = await Promise.all(
    four.map(async (address) => {
      const { mails } = await ask(address);
      return mails.flatMap(({ campaign, verdict }) => (campaign === 'news' ? [verdict.code] : []));
    }),
  );
  expect(codes.flat().toSorted()).toEqual([...new Array(3).fill('accepted_no_failure'), 'in_doubt']);
}, 150_000);

it('counts by what was delivered where all mail is reported, and knows who was capped', async () => {
  const rows = ['one@example.com', 'two@docomo.ne.jp', 'gone3@example.com', 'first@example.com'];
  pipeline.ses.setRecipients('example.net', 'bounce');
  await counted(
    'full',
    [...rows, 'nobody@example.net'].map(withCoupon),
    { delivered: 2, accepted_unseen: 1, rejected_address: 1, never_sent_capped: 1 },
    ...['--no-canary', '--trace', 'full', '--frequency-cap', '1/7'],
  );
  const capped = await ask('first@example.com');
  expect(capped.mails.map(({ campaign, verdict }) => [campaign, verdict.code])).toContainEqual([
    ...['full', 'never_sent_capped'],
  ]);
}, 150_000);

it('says what mail is waiting for when the quota is used up', async () => {
  pipeline.ses.account.update({ max24HourSend: 1 });
  await pipeline.publish(notification('parked'));
  await until(() => isSettled('parked', 'waiting_for'));
  expect((await ask('parked')).mails).toMatchObject([{ verdict: { reason: 'quota', fault: 'nobody' } }]);
  expect((await ask('parked@example.com')).mails).toHaveLength(1);
  pipeline.ses.account.update({ max24HourSend: 50_000 });
}, 150_000);

it('answers in words: a report, a reply to the customer, what a postmaster asks for, and that nothing is known', async () => {
  const report = await todoke(['trace', 'strict@gmail.com', '--lang', 'ja']);
  expect(report.out).toMatch(/判定: rejected_our_fault: unauthenticated[\s\S]*原因の所在: 送信側の DNS/);
  expect(report.out).toMatch(/同じ事業者の同じ時間帯: Gmail:不達 0 件/);
  const reply = await todoke(['trace', 'seen@docomo.ne.jp', '--reply', '--lang', 'ja']);
  expect(reply.out).toContain('迷惑メール_ドコモ用');
  const evidence = await todoke(['trace', 'strict', '--evidence']);
  expect(evidence.out).toMatch(/^SMTP reply: .*5\.7\.26/m);
  // What is not due yet waits there.
  const nothing = await todoke(['trace', 'nobody@example.com', '--lang', 'en']);
  expect(nothing).toMatchObject({
    code: 1,
    out: expect.stringMatching(/no record of this mail so far\. .* \(messages there: \d+\)/),
  });
});
