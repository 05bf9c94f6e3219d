import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { oneClickUrl, postOneClick } from './one-click.ts';
import type { Narrator } from './progress.ts';
import type { Pipeline } from './runner/pipeline.ts';
import { sampleNotifications, samplePdf, scanKey } from './sample-notifications.ts';
import type { Todoke } from './todoke-command.ts';

/** What the story came to; `npm start -- --once --json` prints it. */
export interface StoryResult {
  readonly events: { readonly published: number; readonly accepted: number; readonly rejected: number };
  readonly campaigns: readonly CampaignResult[];
  readonly unsubscribe: {
    /** HTTP status of the one-click POST. */
    readonly status: number;
    /** Whether the second campaign left that recipient out. */
    readonly effective: boolean;
  };
  /** `sqs:SendMessage` → how often. */
  readonly awsCalls: Readonly<Record<string, number>>;
}

/** `recipients = accepted + suppressed + invalid + duplicates + rejected + unknown`; bounced and complained are among the accepted. */
export interface CampaignResult {
  readonly name: string;
  readonly recipients: number;
  readonly accepted: number;
  readonly suppressed: number;
  readonly invalid: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly bounced: number;
  readonly complained: number;
}

const segment = fileURLToPath(new URL('sample/segment.csv', import.meta.url));
/** Longer than a campaign of a thousand takes at the slowest rate that is any use for looking on. */
const patienceMs = 300_000;

/** Shows what Todoke does, with the commands that its users have: events, a campaign, feedback, an unsubscribe, a second campaign. */
export async function tellStory(
  pipeline: Pipeline,
  todoke: Todoke,
  narrate: Narrator,
  nowMs: number,
): Promise<StoryResult> {
  const run = nowMs.toString(36);
  narrate.say('1. Services publish one event of each kind.');
  const events = await publishEvents(pipeline, todoke, narrate, nowMs, run);
  narrate.say(
    '2. A marketer starts a campaign to a segment of a thousand rows; a canary of 200 goes first, and as few of it bounce, the rest follows.',
  );
  const first = await campaign(pipeline, todoke, narrate, `autumn-${run}`);
  narrate.say(
    '3. A recipient presses "unsubscribe" in their mailbox, and the provider POSTs to the one-click URL (RFC 8058).',
  );
  const { address, status } = await unsubscribe(pipeline, `autumn-${run}`);
  narrate.say(`   the endpoint answered ${status}`);
  narrate.say(
    '4. A second campaign to the same segment leaves out whoever bounced, complained or unsubscribed.',
  );
  const second = await campaign(pipeline, todoke, narrate, `winter-${run}`);
  const again = await inboxOf(pipeline, { to: address, q: `winter-${run}`, limit: '1' });
  return {
    events,
    campaigns: [first, second],
    unsubscribe: { status, effective: status === 200 && again.total === 0 },
    awsCalls: pipeline.calls(),
  };
}

async function publishEvents(
  pipeline: Pipeline,
  todoke: Todoke,
  narrate: Narrator,
  nowMs: number,
  run: string,
) {
  const notifications = sampleNotifications(nowMs, run);
  const Bucket = pipeline.outputs.BucketName ?? '';
  await pipeline.messaging.call('s3', 'PutObject', { Bucket, Key: scanKey, Body: samplePdf });
  const input = notifications.map((notification) => JSON.stringify(notification)).join('\n');
  const published = (await todoke(['publish', '-', '--wait', '30'], input)) as { state?: string }[];
  await pipeline.idle(patienceMs);
  const states = published.map(({ state }) => state);
  const rejected = states.filter((state) => state === 'rejected').length;
  const accepted = states.filter((state) => state === 'accepted' || state === 'delivered').length;
  narrate.say(`   ${published.length} published, ${accepted} accepted by SES, ${rejected} rejected`);
  return { published: published.length, accepted, rejected };
}

async function campaign(
  pipeline: Pipeline,
  todoke: Todoke,
  narrate: Narrator,
  name: string,
): Promise<CampaignResult> {
  const before = pipeline.ses.store.count();
  const rows = readFileSync(segment, 'utf8').trim().split('\n').length - 1;
  const end = narrate.follow('sent', rows, () => pipeline.ses.store.count() - before);
  try {
    await todoke([
      'campaign',
      'start',
      '--yes',
      '--template',
      'product-announcement',
      '--audience',
      segment,
      '--name',
      name,
      '--wait',
    ]);
  } finally {
    end();
  }
  // Bounces and complaints come after the acceptance, and are recorded on a queue of their own.
  await pipeline.idle(patienceMs);
  const totals = (await todoke(['campaign', 'status', name])) as CampaignResult;
  const { recipients, accepted, suppressed, invalid, duplicates, rejected, unknown, bounced, complained } =
    totals;
  return {
    name,
    recipients,
    accepted,
    suppressed,
    invalid,
    duplicates,
    rejected,
    unknown,
    bounced,
    complained,
  };
}

/** What Gmail does when somebody presses the button: takes the URL from a mail that it delivered, and POSTs. */
async function unsubscribe(
  pipeline: Pipeline,
  campaignName: string,
): Promise<{ address: string; status: number }> {
  const { messages } = await inboxOf(pipeline, { q: campaignName, limit: '50' });
  const mail = messages.find(({ outcome }) => outcome === 'delivered');
  if (mail?.to[0] === undefined) {
    throw new Error('no mail of the campaign was delivered');
  }
  const raw = await fetch(`${pipeline.endpoint}/inbox/messages/${encodeURIComponent(mail.messageId)}/raw`);
  const url = await oneClickUrl(Buffer.from(await raw.arrayBuffer()));
  return { address: mail.to[0], status: await postOneClick(url, pipeline.caCertificate) };
}

interface InboxPage {
  readonly total: number;
  readonly messages: readonly {
    readonly messageId: string;
    readonly to: readonly string[];
    readonly outcome: string;
  }[];
}

async function inboxOf({ endpoint }: Pipeline, query: Record<string, string>): Promise<InboxPage> {
  const answer = await fetch(`${endpoint}/inbox/messages?${new URLSearchParams(query)}`);
  return (await answer.json()) as InboxPage;
}
