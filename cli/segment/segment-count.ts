import { bucket } from '../../aws/bucket.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { suppressionScan } from '../../aws/suppression-scan.ts';
import { readAudience } from '../../domain/audience/read-audience.ts';
import { digestOfId, isNew, recipientTable, wordOf } from '../../domain/campaign/recipient-table.ts';
import { segmentCounter } from '../../domain/segment/count-segment.ts';
import { rowSelector } from '../../domain/segment/row-selector.ts';
import { parseScope, scopesOf, suppressionOf } from '../../domain/suppression/suppression.ts';
import { type Call, type Command, pipelineOptions, UsageError } from '../command.ts';
import { renderTable } from '../table.ts';
import { readKnownIn } from './known.ts';
import { namedSegment } from './named-segment.ts';
import { requireFiles } from './segment-files.ts';

/** Rows that cannot be used of which people are told. */
const mostSaid = 10;

export const segmentCount: Command = {
  name: 'segment count',
  summary: 'Reads a segment through and counts who would get marketing mail now, and who not and why.',
  positionals: ['NAME'],
  options: {
    topic: {
      type: 'string',
      value: 'TOPIC',
      help: 'of the mail: whoever unsubscribed from it is suppressed',
    },
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const topic = topicOption(call);
    const { connection, segment } = await namedSegment(call);
    const { outputs } = connection;
    await requireFiles(outputs.BucketName, segment);
    const store = bucket(outputs.BucketName);
    const [selects, isSuppressed] = await Promise.all([
      rowSelector(segment, readKnownIn(outputs), Date.now()),
      suppressedNow(outputs, topic),
    ]);
    const counter = segmentCounter(selects, isSuppressed);
    await readAudience(store, segment, (row) => {
      counter.see(row);
      return undefined;
    });
    const totals = counter.totals();
    if (call.flag('json')) {
      const invalidRows = counter.invalid.map(({ code, field, message }) => ({ code, field, message }));
      out(JSON.stringify({ segment: segment.name, ...totals, invalidRows }));
      return 0;
    }
    for (const { message } of counter.invalid.slice(0, mostSaid)) {
      err(message);
    }
    if (totals.invalid > mostSaid) {
      err(
        `and ${totals.invalid - mostSaid} more that are invalid; --json names the first ${counter.invalid.length}`,
      );
    }
    out(renderTable(['segment', ...Object.keys(totals)], [[segment.name, ...Object.values(totals)]]));
    return 0;
  },
};

function topicOption(call: Call): string | undefined {
  const topic = call.text('topic');
  if (topic !== undefined && parseScope(`topic:${topic}`) === undefined) {
    throw new UsageError('--topic has small letters, digits and hyphens');
  }
  return topic;
}

async function suppressedNow(outputs: StackOutputs, topic: string | undefined) {
  const mail = { category: 'marketing', ...(topic === undefined ? {} : { topic }) } as const;
  const suppressed = recipientTable();
  const nowMs = Date.now();
  await suppressionScan(outputs.SuppressionsTableName)(scopesOf(mail), (recipientId, suppressions) => {
    if (suppressionOf(suppressions, mail, nowMs) !== undefined) {
      const digest = digestOfId(recipientId);
      suppressed.add(wordOf(digest, 0), wordOf(digest, 1), 1);
    }
  });
  return (high: number, low: number) => suppressed.get(high, low) !== isNew;
}
