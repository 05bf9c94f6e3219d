import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/runner/pipeline.ts';
import { assemblyDirectory } from '../assembly.ts';

/** The whole stack as synthesized, running here, with a log that tests can read. */
export interface RunningPipeline extends Pipeline {
  readonly log: readonly string[];
  /** Puts a message on the notifications queue as any client would; objects as JSON. */
  readonly publish: (body: unknown) => Promise<void>;
  /** Logical id of the one function whose logical id begins so. */
  readonly functionId: (prefix: string) => string;
  /** Mails that SES accepted for an address. */
  readonly mailTo: (address: string) => readonly string[];
  /** Parsed JSON of the inbox. */
  readonly inbox: (path: string) => Promise<unknown>;
  /** Raw RFC 5322 source of an accepted mail. */
  readonly raw: (messageId: string) => Promise<Buffer>;
}

export async function runPipeline(options: Partial<PipelineOptions> = {}): Promise<RunningPipeline> {
  const log: string[] = [];
  const functionIds: string[] = [];
  const { transform = (template) => template } = options;
  const pipeline = await startPipeline({
    assemblyDirectory,
    seed: 1,
    ses: { account: { maxSendRate: 200 } },
    onLog: (source, line) => log.push(`${source}: ${line}`),
    ...options,
    transform(template) {
      const changed = transform(template);
      functionIds.push(
        ...Object.entries(changed.Resources).flatMap(([id, { Type }]) =>
          Type === 'AWS::Lambda::Function' ? [id] : [],
        ),
      );
      return changed;
    },
  });
  pipeline.ses.createIdentity('example.com', { verified: true });
  return {
    ...pipeline,
    log,
    async publish(body) {
      await pipeline.messaging.call('sqs', 'SendMessage', {
        QueueUrl: pipeline.outputs.NotificationsQueueUrl ?? '',
        MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
      });
    },
    functionId(prefix) {
      const [found, ...more] = functionIds.filter((id) => id.startsWith(prefix));
      if (found === undefined || more.length > 0) {
        throw new Error(`not one function begins with ${prefix}: ${functionIds.join(', ')}`);
      }
      return found;
    },
    mailTo: (address) =>
      [...pipeline.ses.store.all()]
        .filter(({ recipients }) => recipients.includes(address))
        .map(({ messageId }) => messageId),
    async inbox(path) {
      return await (await fetch(`${pipeline.endpoint}/inbox/messages${path}`)).json();
    },
    async raw(messageId) {
      const answer = await fetch(`${pipeline.endpoint}/inbox/messages/${encodeURIComponent(messageId)}/raw`);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

/** A notification that is in order; tests name what matters. */
export function notification(id: string, more: object = {}) {
  return {
    notificationId: id,
    template: 'one-time-password',
    recipient: { address: `${id}@example.com` },
    data: { code: '482913', expiresInMinutes: 10 },
    ...more,
  };
}

/** A marketing notification, which carries the headers of RFC 8058. */
export function announcement(id: string, more: object = {}) {
  return notification(id, { template: 'product-announcement', data: { couponCode: 'ASAGIRI10' }, ...more });
}
