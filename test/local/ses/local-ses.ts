import { createServer, type IncomingMessage } from 'node:http';
import { SESv2Client, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { ApiRequest } from '../../../local/api.ts';
import { DropConnection } from '../../../local/ses/faults.ts';
import { inboxRoutes } from '../../../local/ses/inbox.ts';
import { seededRandom } from '../../../local/ses/seeded-random.ts';
import { createSes, type Ses, type SesOptions } from '../../../local/ses/ses.ts';

export const PLACE = { region: 'us-east-1', accountId: '123456789012' };
export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:feedback';
export const EPOCH_MS = Date.UTC(2026, 10, 24, 4, 0, 0);
const CALLER = {
  accessKeyId: 'AKIAEXAMPLE',
  arn: 'arn:aws:sts::123456789012:assumed-role/send-notification/fn',
};

/** What a test looks at in an event record. */
interface EventRecord {
  readonly eventType: string;
  readonly mail: {
    readonly messageId: string;
    readonly destination: string[];
    readonly headersTruncated: boolean;
    readonly headers: { name: string; value: string }[];
    readonly commonHeaders: Record<string, unknown>;
    readonly tags: Record<string, string[]>;
    readonly [name: string]: unknown;
  };
  readonly bounce?: {
    readonly bounceType: string;
    readonly bounceSubType: string;
    readonly bouncedRecipients: { emailAddress: string; status: string }[];
    readonly feedbackId: string;
  };
  readonly [payload: string]: unknown;
}

export interface LocalSes {
  readonly ses: Ses;
  readonly client: SESv2Client;
  readonly url: string;
  /** Every record published, in order. */
  readonly events: EventRecord[];
  readonly nowMs: () => number;
  /** Lets time pass, and whatever is due happen. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A SES behind HTTP whose clock stands still until the test moves it. */
export async function startLocalSes(options: Partial<SesOptions> = {}): Promise<LocalSes> {
  let now = EPOCH_MS;
  let due: { atMs: number; task: () => void }[] = [];
  const events: EventRecord[] = [];
  const ses = createSes({
    place: PLACE,
    nowMs: () => now,
    random: seededRandom(7),
    schedule: (delayMs, task) => void due.push({ atMs: now + delayMs, task }),
    publish: async (topicArn, eventJson) => {
      if (topicArn === TOPIC) events.push(JSON.parse(eventJson));
    },
    ...options,
  });
  ses.createIdentity('example.com', { verified: true });

  const inbox = inboxRoutes(ses);
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const request = await apiRequest(incoming);
      try {
        const { status, headers, body } =
          (await inbox(request)) ?? (await ses.track(request)) ?? (await ses.handle(request, CALLER));
        outgoing.writeHead(status, { ...headers }).end(body);
      } catch (error) {
        if (error instanceof DropConnection) outgoing.destroy();
        else outgoing.writeHead(599).end(String(error));
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const client = new SESv2Client({
    endpoint: url,
    region: PLACE.region,
    credentials: { accessKeyId: CALLER.accessKeyId, secretAccessKey: 'secret' },
    maxAttempts: 1,
  });

  return {
    ses,
    client,
    url,
    events,
    nowMs: () => now,
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = due.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due = due.filter((entry) => entry !== next);
        now = Math.max(now, next.atMs);
        next.task();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
    async close() {
      ses.close();
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A configuration set that publishes every type of event to the topic of the tests. */
export function withEvents({ ses }: LocalSes): string {
  ses.createConfigurationSet('todoke');
  ses.addEventDestination('todoke', {
    name: 'feedback',
    enabled: true,
    matchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT', 'DELIVERY_DELAY'],
    topicArn: TOPIC,
  });
  return 'todoke';
}

/** A valid SendEmail request to one recipient. */
export function email(change: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput {
  return {
    FromEmailAddress: 'Todoke <news@example.com>',
    Destination: { ToAddresses: ['hanako@example.com'] },
    Content: {
      Simple: {
        Subject: { Data: 'Hello', Charset: 'UTF-8' },
        Body: { Text: { Data: 'Hello', Charset: 'UTF-8' } },
      },
    },
    ...change,
  };
}

export function recipients(...ToAddresses: string[]): Partial<SendEmailCommandInput> {
  return { Destination: { ToAddresses } };
}

/** The answer, or the exception's name, message and HTTP status. */
export async function outcome(call: Promise<{ MessageId?: string | undefined }>) {
  try {
    return { messageId: (await call).MessageId };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const metadata =
      '$metadata' in error && typeof error.$metadata === 'object' ? error.$metadata : undefined;
    const status = metadata && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
    return { error: error.name, message: error.message, status };
  }
}

async function apiRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const [path = '/', query] = (incoming.url ?? '/').split('?');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
