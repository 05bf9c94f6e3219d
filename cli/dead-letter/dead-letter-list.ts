import type { DeadLetter } from '../../aws/dead-letter-queue.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { type Command, pipelineOptions, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { renderTable } from '../table.ts';
import { graveyards, lookAt, queueOption } from './dead-letters.ts';

export const deadLetterList: Command = {
  name: 'dead-letter list',
  summary: 'Shows messages that were given up, and why.',
  positionals: [],
  options: {
    ...queueOption,
    limit: { type: 'string', value: 'N', help: 'how many of each queue, 50 by default' },
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const limit = Number(call.text('limit') ?? 50);
    if (!Number.isInteger(limit) || limit < 1) {
      throw new UsageError('--limit takes a whole number from 1');
    }
    const { outputs } = await connect(call);
    const found = await lookAt(graveyards(call, outputs), () => true, limit);
    const rows = found.map(({ queue, letter }) => rowOf(queue, letter));
    out(
      call.flag('json')
        ? JSON.stringify(rows)
        : rows.length === 0
          ? 'No dead letters.'
          : renderTable(
              ['queue', 'message', 'since', 'reason', 'detail'],
              rows.map(({ queue, sqsMessageId, sentAt, reason, detail }) => [
                queue,
                sqsMessageId,
                sentAt,
                reason,
                detail,
              ]),
            ),
    );
    return 0;
  },
};

/** Without the body, which may hold personal data: `dead-letter show` is for that. */
function rowOf(queue: string, { sqsMessageId, sentAtMs, attributes, body }: DeadLetter) {
  const { deliveryId, reason, field, detail } = attributes;
  return {
    queue,
    sqsMessageId,
    sentAt: formatTimestamp(sentAtMs),
    deliveryId,
    reason: reason ?? 'faults',
    field,
    detail: detail ?? 'given up after repeated faults: see the log of the function',
    bodyBytes: Buffer.byteLength(body),
  };
}
