import { campaignsTable } from '../aws/campaigns.ts';
import { deliveriesTable } from '../aws/deliveries.ts';
import type { Delivery } from '../aws/delivery-item.ts';
import { queue } from '../aws/queue.ts';
import { deliveryId } from '../domain/delivery.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { renderCampaigns, statusOf } from './campaign/campaign-progress.ts';
import { type Command, CommandError, pipelineOptions, UsageError } from './command.ts';
import { connect } from './connection.ts';
import { renderTable } from './table.ts';

const queues = [
  ['notifications', 'NotificationsQueueUrl', 'NotificationsDeadLetterQueueUrl'],
  ['chunks', 'ChunksQueueUrl', 'ChunksDeadLetterQueueUrl'],
  ['feedback', 'FeedbackQueueUrl', 'FeedbackDeadLetterQueueUrl'],
] as const;

export const status: Command = {
  name: 'status',
  summary:
    'Shows queues, campaigns and the newest mails that did not arrive; with a notification id, what became of it.',
  positionals: ['[NOTIFICATION-ID]'],
  options: {
    limit: { type: 'string', value: 'N', help: 'how many mails that did not arrive, 20 by default' },
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const limit = Number(call.text('limit') ?? 20);
    if (!Number.isInteger(limit) || limit < 1) {
      throw new UsageError('--limit takes a whole number from 1');
    }
    const { outputs } = await connect(call);
    const deliveries = deliveriesTable(outputs.DeliveriesTableName);
    const [id] = call.positionals;
    if (id !== undefined) {
      const delivery = await find(deliveries, id);
      out(call.flag('json') ? JSON.stringify(delivery) : renderDelivery(delivery));
      return 0;
    }
    const depths = await Promise.all(
      queues.map(async ([name, url, deadLetterUrl]) => ({
        queue: name,
        ...(await queue(outputs[url]).depth()),
        deadLetters: (await queue(outputs[deadLetterUrl]).depth()).waiting,
      })),
    );
    const campaigns = await campaignsTable(outputs.CampaignsTableName).list();
    const failures = await newestFailures(deliveries, limit);
    out(
      call.flag('json')
        ? JSON.stringify({
            queues: depths,
            campaigns: campaigns.map(statusOf),
            failures,
          })
        : [
            renderTable(
              ['queue', 'waiting', 'in flight', 'delayed', 'dead letters'],
              depths.map((depth) => Object.values(depth)),
            ),
            renderCampaigns(campaigns),
            renderFailures(failures),
          ].join('\n\n'),
    );
    return 0;
  },
};

/** By notification id, by the id of the queue message where a body had none that could be read, or as the table shows it. */
async function find(deliveries: ReturnType<typeof deliveriesTable>, id: string): Promise<Delivery> {
  const delivery =
    (await deliveries.get(deliveryId({ kind: 'notification', notificationId: id }))) ??
    (await deliveries.get(deliveryId({ kind: 'message', sqsMessageId: id }))) ??
    (await deliveries.get(id));
  if (delivery === undefined) {
    throw new CommandError(
      `nothing is known of "${id}": not published, still on the queue, or older than the retention`,
    );
  }
  return delivery;
}

/** Of today and yesterday (UTC). */
async function newestFailures(
  deliveries: ReturnType<typeof deliveriesTable>,
  limit: number,
): Promise<Delivery[]> {
  const days = [0, 1].map((ago) => formatTimestamp(Date.now() - ago * 86_400_000).slice(0, 10));
  const found = await Promise.all(days.map((day) => deliveries.failuresOn(day, limit)));
  return found.flat().slice(0, limit);
}

function renderFailures(failures: readonly Delivery[]): string {
  return failures.length === 0
    ? 'No mail of today or yesterday failed.'
    : renderTable(
        ['when', 'delivery', 'state', 'reason', 'detail'],
        failures.map(({ updatedAtMs, deliveryId: id, state, reason, detail }) => [
          formatTimestamp(updatedAtMs),
          id,
          state,
          reason,
          detail,
        ]),
      );
}

function renderDelivery(delivery: Delivery): string {
  return renderTable(
    ['what', 'value'],
    Object.entries(delivery).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
