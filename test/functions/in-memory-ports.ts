import { Readable } from 'node:stream';
import type { SQSRecord } from 'aws-lambda';
import type { ObjectPieces } from '../../aws/bucket.ts';
import type { CollapseWindows } from '../../aws/collapse-windows.ts';
import type { Count } from '../../aws/metrics.ts';
import type { SuppressionScan } from '../../aws/suppression-scan.ts';
import type { Suppressions } from '../../aws/suppressions.ts';
import type { Templates } from '../../aws/templates.ts';
import type { Reporting } from '../../domain/campaign/campaign.ts';
import type { GuardrailSettings } from '../../domain/guardrail/settings.ts';
import type { Mail, Sender } from '../../domain/mail.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { Suppression, SuppressionsByScope } from '../../domain/suppression/suppression.ts';
import type { SuppressionPolicy } from '../../domain/suppression/suppression-policy.ts';
import {
  emptyRecord,
  type SuppressionRecord,
  suppressedNow,
} from '../../domain/suppression/suppression-record.ts';
import type { Category, CompiledTemplate } from '../../domain/template/compiled.ts';
import type { Grant, SendRate } from '../../functions/send-rate.ts';

export const startMs = Date.UTC(2026, 10, 24, 9);

/** A clock that moves only when somebody sleeps, or when it is told to. */
export function inMemoryClock() {
  let ms = startMs;
  return {
    nowMs: () => ms,
    sleep: async (forMs: number) => {
      ms = Math.max(ms, ms + forMs);
    },
    advance: (byMs: number) => {
      ms += byMs;
    },
  };
}

/** As `aws/suppressions.ts`. */
export function inMemorySuppressions() {
  const items = new Map<string, SuppressionsByScope>();
  const records = new Map<string, SuppressionRecord>();
  const table: Pick<Suppressions, 'find' | 'add' | 'change'> = {
    async find(recipientIds) {
      return new Map([...items].filter(([id]) => recipientIds.includes(id)));
    },
    async change({ recipientId }, apply) {
      const before = records.get(recipientId) ?? emptyRecord;
      const after = apply(before);
      if (after !== before) {
        records.set(recipientId, after);
        items.set(recipientId, after.suppressions);
      }
      return { before, after };
    },
    async add(recipient, scope, suppression) {
      await table.change(recipient, (record) => suppressedNow(record, { ...suppression, scope }));
    },
  };
  return { ...table, items, records };
}

/** As `aws/suppression-scan.ts`. */
export function inMemorySuppressionScan(
  items: ReadonlyMap<string, SuppressionsByScope> = new Map(),
): SuppressionScan {
  return async (scopes, see) => {
    for (const [recipientId, suppressions] of items) {
      const wanted = Object.entries(suppressions).filter(([scope]) => scopes.some((each) => each === scope));
      if (wanted.length > 0) {
        see(recipientId, Object.fromEntries(wanted));
      }
    }
  };
}

/** As stages have them by default. */
export const guardrails: GuardrailSettings = {
  hardBounces: { unclear: 0.02, stop: 0.04 },
  complaints: { unclear: 0.0008, stop: 0.001, atOnce: 0.003 },
  authentication: { inHundred: 3, inARow: 5 },
  blocks: { unclear: 0.01, stop: 0.05 },
  delays: { unclear: 0.1, stop: 0.3 },
  unknownUsers: { unclear: 0.01, stop: 0.03 },
  refusals: { stop: 0.005 },
  silenceMinutes: 5,
  canaryMinutes: 15,
  chunksInFlight: 2,
};

/** As stages have it by default. */
export const suppressionPolicy: SuppressionPolicy = {
  complaints: 'marketing',
  softBounces: { count: 3, withinDays: 30, scope: 'marketing', forDays: 90 },
};

export const unsubscribed: Suppression = { reason: 'unsubscribe', source: 'one-click', atMs: startMs };

/** As `aws/collapse-windows.ts`. */
export function inMemoryCollapseWindows() {
  const windows = new Map<
    string,
    { holder: string; endsAtMs: number; previous: number; collapsed: number }
  >();
  const enter: CollapseWindows['enter'] = async (
    template,
    collapseKey,
    recipientId,
    holder,
    windowMs,
    nowMs,
  ) => {
    const key = `${template}#${recipientId}#${collapseKey}`;
    const old = windows.get(key);
    if (old === undefined || old.endsAtMs <= nowMs) {
      const previous = old?.collapsed ?? 0;
      windows.set(key, { holder, endsAtMs: nowMs + windowMs, previous, collapsed: 0 });
      return { kind: 'send', collapsed: previous };
    }
    if (old.holder === holder) {
      return { kind: 'send', collapsed: old.previous };
    }
    old.collapsed++;
    return { kind: 'collapsed' };
  };
  return { enter };
}

/** Published templates; the last one of a name is the current one. */
export function inMemoryTemplates(...published: readonly CompiledTemplate[]): Templates {
  return {
    async find(name, hash) {
      return published.findLast((each) => each.name === name && (hash === undefined || each.hash === hash));
    },
  };
}

export function inMemoryBucket() {
  const objects = new Map<string, Buffer>();
  return {
    objects,
    textOf: (key: string) => objects.get(key)?.toString(),
    async getBytes(key: string): Promise<Uint8Array | undefined> {
      return objects.get(key);
    },
    async getRange(key: string, first: number, last: number): Promise<string | undefined> {
      return objects
        .get(key)
        ?.subarray(first, last + 1)
        .toString();
    },
    async stream(key: string): Promise<Readable | undefined> {
      const bytes = objects.get(key);
      return bytes && Readable.from([bytes]);
    },
    async put(key: string, body: string | Uint8Array): Promise<void> {
      objects.set(key, Buffer.from(body));
    },
    async putPieces(key: string, { bytes, pieces }: ObjectPieces): Promise<void> {
      const body = Buffer.concat([...pieces()]);
      if (body.length !== bytes) {
        throw new Error(`${key} has ${body.length} octets where ${bytes} were announced`);
      }
      objects.set(key, body);
    },
  };
}

export interface SentMessage {
  readonly body: string;
  readonly delaySeconds?: number;
  readonly attributes?: Record<string, string>;
}

export function inMemoryQueue() {
  const sent: SentMessage[] = [];
  return {
    sent,
    async send(body: string, options: Omit<SentMessage, 'body'> = {}): Promise<string> {
      sent.push({ body, ...options });
      return `m${sent.length}`;
    },
    async sendAll(bodies: readonly string[]): Promise<void> {
      sent.push(...bodies.map((body) => ({ body })));
    },
  };
}

/** Slots that somebody asked for. */
export interface Taken {
  readonly count: number;
  readonly category: Category;
  readonly patienceMs: number;
}

/** Slots begin `waitMs` from now, or there are none for that reason. */
export function inMemorySendRate(nowMs: () => number, perSecond = 40) {
  const slowedDown: number[] = [];
  const taken: Taken[] = [];
  const rate: SendRate & { waitMs: number | Exclude<Grant['kind'], 'granted'> } = {
    waitMs: 0,
    take: async (count, category, patienceMs) => {
      taken.push({ count, category, patienceMs });
      return typeof rate.waitMs === 'number'
        ? { kind: 'granted', startMs: nowMs() + rate.waitMs }
        : { kind: rate.waitMs };
    },
    slowDown: async (throttledShare) => void slowedDown.push(throttledShare),
    perSecond: async () => perSecond,
  };
  return Object.assign(rate, { slowedDown, taken });
}

/** SES with an answer for each call in turn, then accepting all. A function is called, and may throw. */
export function inMemorySes(...script: readonly (SendAnswer | (() => SendAnswer))[]) {
  const mails: Mail[] = [];
  const reportings: Reporting[] = [];
  const answers = [...script];
  return {
    mails,
    /** What SES is asked to report of each. */
    reportings,
    answers,
    async sendMail(mail: Mail, reporting: Reporting = 'all'): Promise<SendAnswer> {
      mails.push(mail);
      reportings.push(reporting);
      const answer = answers.shift() ?? { outcome: 'accepted', sesMessageId: `ses-${mails.length}` };
      return typeof answer === 'function' ? answer() : answer;
    },
  };
}

export function inMemoryCounts() {
  const counts: Partial<Record<Count, number>> = {};
  return {
    counts,
    count: (name: Count, n = 1) => {
      if (n > 0) {
        counts[name] = (counts[name] ?? 0) + n;
      }
    },
  };
}

export const sender: Sender = {
  mailDomain: 'mail.example.com',
  unsubscribeBaseUrl: 'https://unsubscribe.example.com',
  tokenKeys: { current: 'k1', keys: { k1: 'a-key-of-at-least-32-characters-..' } },
};

/** A record as the event source mapping delivers it. */
export function sqsRecord(
  body: unknown,
  messageId = 'message-1',
  {
    attributes = {},
    receives = 1,
  }: { readonly attributes?: Readonly<Record<string, string>>; readonly receives?: number } = {},
): SQSRecord {
  return {
    messageId,
    receiptHandle: 'receipt',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(startMs),
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: String(startMs),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
    ),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:ap-northeast-1:123456789012:queue',
    awsRegion: 'ap-northeast-1',
  };
}
