import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { bucket } from '../aws/bucket.ts';
import { type Delivery, deliveriesTable } from '../aws/deliveries.ts';
import { queue } from '../aws/queue.ts';
import { type Templates, templates } from '../aws/templates.ts';
import { deliveryId } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { type Notification, parseNotification } from '../domain/notification.ts';
import { missingData } from '../domain/template/validate.ts';
import { type Command, CommandError, pipelineOptions, UsageError } from './command.ts';
import { connect } from './connection.ts';
import { renderTable } from './table.ts';

interface Entry {
  /** Position in the input, from 1. */
  readonly position: number;
  readonly body: string;
  readonly notificationId: string | undefined;
  readonly problem: InputError | undefined;
}

interface Published {
  readonly position: number;
  readonly notificationId?: string;
  readonly sqsMessageId?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly refused?: { readonly code: string; readonly field: string; readonly message: string };
}

export const publish: Command = {
  name: 'publish',
  summary:
    'Puts notifications on the queue: a JSON object, a list of them, or JSON Lines; "-" reads standard input.',
  positionals: ['FILE'],
  options: {
    wait: { type: 'string', value: 'SECONDS', help: 'wait so long for what becomes of each, and show it' },
    unchecked: { type: 'boolean', help: 'send them as they are; the pipeline refuses what is wrong' },
    ...pipelineOptions,
  },
  async run(call, { out, err, stdin }) {
    const waitSeconds = Number(call.text('wait') ?? 0);
    if (!(waitSeconds >= 0)) {
      throw new UsageError('--wait takes a number of seconds');
    }
    const [file = ''] = call.positionals;
    const text = file === '-' ? await stdin() : await readInput(file);
    const { outputs } = await connect(call);
    const catalogue = templates(bucket(outputs.BucketName), Date.now);
    const entries = await entriesOf(text, call.flag('unchecked'), catalogue);
    const notifications = queue(outputs.NotificationsQueueUrl);
    const published: Published[] = [];
    for (const entry of entries) {
      published.push({
        position: entry.position,
        ...(entry.notificationId === undefined ? {} : { notificationId: entry.notificationId }),
        ...(entry.problem === undefined
          ? { sqsMessageId: await notifications.send(entry.body) }
          : {
              refused: {
                code: entry.problem.code,
                field: entry.problem.field,
                message: entry.problem.message,
              },
            }),
      });
    }
    const result =
      waitSeconds > 0 ? await outcomes(published, outputs.DeliveriesTableName, waitSeconds, err) : published;
    out(call.flag('json') ? JSON.stringify(result) : renderPublished(result));
    return result.some(({ refused }) => refused) ? 1 : 0;
  },
};

async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      `cannot read ${file}: ${error instanceof Error && 'code' in error ? error.code : error}`,
    );
  }
}

/** One body for each notification of the input: the whole of it, the items of a list, or its lines. */
function bodiesOf(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [text];
  } catch {
    return text.split('\n').filter((line) => line.trim() !== '');
  }
}

async function entriesOf(text: string, unchecked: boolean, catalogue: Templates): Promise<Entry[]> {
  return await Promise.all(
    bodiesOf(text).map(async (body, i): Promise<Entry> => {
      const checked = parseNotification(body);
      const notificationId = checked.ok ? checked.notification.notificationId : checked.notificationId;
      const problem = checked.ok ? await templateProblem(checked.notification, catalogue) : checked.error;
      return { position: i + 1, body, notificationId, problem: unchecked ? undefined : problem };
    }),
  );
}

async function templateProblem(
  { template: name, templateHash, data, recipient }: Notification,
  catalogue: Templates,
): Promise<InputError | undefined> {
  const template = await catalogue.find(name, templateHash);
  return template === undefined
    ? new InputError('unknown-template', 'template', `template ${name} is not published`)
    : missingData(template, data, recipient.locale)[0];
}

/** Looks until every published notification has come to an end of its way, or time is up. */
async function outcomes(
  published: readonly Published[],
  tableName: string,
  waitSeconds: number,
  err: (text: string) => void,
): Promise<Published[]> {
  const deliveries = deliveriesTable(tableName);
  const untilMs = Date.now() + waitSeconds * 1000;
  for (;;) {
    const seen = await Promise.all(
      published.map(async (entry) => ({ ...entry, ...(await fate(entry, deliveries.get)) })),
    );
    const open = seen.filter(({ refused, state }) => refused === undefined && !isEnd(state));
    if (open.length === 0 || Date.now() >= untilMs) {
      return seen;
    }
    err(`waiting for ${open.length} of ${published.length} …`);
    await setTimeout(500);
  }
}

async function fate(
  { notificationId, sqsMessageId }: Published,
  get: (id: string) => Promise<Delivery | undefined>,
) {
  const delivery =
    (notificationId && (await get(deliveryId({ kind: 'notification', notificationId })))) ||
    (sqsMessageId && (await get(deliveryId({ kind: 'message', sqsMessageId }))));
  return delivery ? { state: delivery.state, ...(delivery.reason ? { reason: delivery.reason } : {}) } : {};
}

function isEnd(state: string | undefined): boolean {
  return state !== undefined && state !== 'attempting' && state !== 'unknown' && state !== 'accepted';
}

function renderPublished(published: readonly Published[]): string {
  return renderTable(
    ['#', 'notification', 'message', 'outcome'],
    published.map(({ position, notificationId, sqsMessageId, state, reason, refused }) => [
      position,
      notificationId,
      sqsMessageId,
      refused === undefined
        ? [state ?? 'queued', reason].filter(Boolean).join(': ')
        : `not published: ${refused.message}`,
    ]),
  );
}
