import { segmentStore } from '../../aws/segments.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { namedSegment } from './named-segment.ts';

export const segmentDelete: Command = {
  name: 'segment delete',
  summary: 'Forgets a segment. Its files go after the retention days, since campaigns may still read them.',
  positionals: ['NAME'],
  options: pipelineOptions,
  async run(call, { out }) {
    const { connection, segment } = await namedSegment(call);
    await segmentStore(connection.outputs.BucketName).remove(segment.segmentId);
    out(call.flag('json') ? JSON.stringify(segment) : `deleted segment "${segment.name}"`);
    return 0;
  },
};
