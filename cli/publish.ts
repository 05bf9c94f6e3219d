import { bucket } from '../aws/bucket.ts';
import { type Queue, queue } from '../aws/queue.ts';
import { type Templates, templates } from '../aws/templates.ts';
import { InputError } from '../domain/errors.ts';
import { type Notification, parseNotification } from '../domain/notification.ts';
import { missingData } from '../domain/template/validate.ts';
import { type Command, CommandError, pipelineOptions, UsageError } from './command.ts';
import { connect } from './connection.ts';
import { deliveryFates, type Published } from './delivery-fates.ts';
import { readInput } from './read-input.ts';
import { renderTable } from './table.ts';

interface Entry {
  /** Position in the input, from 1. */
  readonly position: number;
  readonly body: string;
  readonly notificationId: string | undefined;
  readonly problem: InputError | undefined;
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
    const text = (file === '-' ? await stdin() : (await readInput(file)).toString()).replace(/^\ufeff/, '');
    const { outputs } = await connect(call);
    const catalogue = templates(bucket(outputs.BucketName), Date.now);
    const entries = await entriesOf(text, call.flag('unchecked'), catalogue);
    if (entries.length === 0) {
      throw new CommandError(`there is no notification in ${file === '-' ? 'standard input' : file}`);
    }
    const fates = deliveryFates(outputs.DeliveriesTableName);
    if (waitSeconds > 0) {
      await fates.remember(entries);
    }
    const { published, fault } = await publishAll(entries, queue(outputs.NotificationsQueueUrl));
    const result = waitSeconds > 0 ? await fates.await(published, waitSeconds, err) : published;
    out(call.flag('json') ? JSON.stringify(result) : renderPublished(result));
    if (fault !== undefined) {
      err(
        `position ${published.length + 1} and what follows was not published; ids that were are not sent twice`,
      );
      throw fault;
    }
    return result.some(({ refused }) => refused) ? 1 : 0;
  },
};

/** One body for each notification of the input: the whole of it, the items of a list, or its lines. */
function bodiesOf(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [text];
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    // Indented JSON with a mistake in it: its lines are no notifications.
    return /^[{[]$/.test(lines[0]?.trim() ?? '') ? [text] : lines;
  }
}

/** Puts on the queue what is good; `fault` is why it stopped before the end. */
async function publishAll(
  entries: readonly Entry[],
  notifications: Queue,
): Promise<{ published: readonly Published[]; fault?: unknown }> {
  const published: Published[] = [];
  for (const { position, notificationId, body, problem } of entries) {
    const entry = { position, ...(notificationId === undefined ? {} : { notificationId }) };
    if (problem !== undefined) {
      const { code, field, message } = problem;
      published.push({ ...entry, refused: { code, field, message } });
      continue;
    }
    try {
      published.push({ ...entry, sqsMessageId: await notifications.send(body) });
    } catch (fault) {
      return { published, fault };
    }
  }
  return { published };
}

async function entriesOf(text: string, unchecked: boolean, catalogue: Templates): Promise<Entry[]> {
  const entries: Entry[] = [];
  // One after the other, so that each template is read once.
  for (const body of bodiesOf(text)) {
    const checked = parseNotification(body);
    const notificationId = checked.ok ? checked.notification.notificationId : checked.notificationId;
    const problem = checked.ok ? await templateProblem(checked.notification, catalogue) : checked.error;
    entries.push({
      position: entries.length + 1,
      body,
      notificationId,
      problem: unchecked ? undefined : problem,
    });
  }
  return entries;
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
