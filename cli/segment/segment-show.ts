import { formatTimestamp } from '../../domain/timestamp.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { renderTable } from '../table.ts';
import { namedSegment } from './named-segment.ts';
import { filesOf } from './segment-files.ts';

export const segmentShow: Command = {
  name: 'segment show',
  summary: 'Shows what a segment is made of, and whether its files are still there.',
  positionals: ['NAME'],
  options: pipelineOptions,
  async run(call, { out }) {
    const { connection, segment } = await namedSegment(call);
    const files = await filesOf(connection.outputs.BucketName, segment);
    if (call.flag('json')) {
      out(JSON.stringify({ ...segment, files }));
      return 0;
    }
    const { name, createdAtMs, by, audienceFormat, where = 'all rows', columns = {}, consent } = segment;
    const mapped = Object.entries(columns).map(([ours, theirs]) => `${ours}=${theirs}`);
    const facts = [
      ['segment', name],
      ['created', `${formatTimestamp(createdAtMs)} by ${by}`],
      ['format', audienceFormat],
      ['where', where],
      ...(mapped.length === 0 ? [] : [['columns', mapped.join(', ')]]),
      ...(consent === undefined
        ? []
        : [['consent', `${consent.columns.join(', ')}${consent.required ? ' (required)' : ''}`]]),
    ];
    const rows = files.map(({ key, bytes }) => [key, bytes ?? 'gone']);
    out([renderTable(['what', ''], facts), renderTable(['file', 'octets'], rows)].join('\n\n'));
    return 0;
  },
};
