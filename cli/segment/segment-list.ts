import { segmentStore } from '../../aws/segments.ts';
import { audienceKeysOf } from '../../domain/audience/audience.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { renderTable } from '../table.ts';

export const segmentList: Command = {
  name: 'segment list',
  summary: 'Shows the segments there are.',
  positionals: [],
  options: pipelineOptions,
  async run(call, { out }) {
    const { outputs } = await connect(call);
    const segments = await segmentStore(outputs.BucketName).list();
    out(
      call.flag('json')
        ? JSON.stringify(segments)
        : renderTable(
            ['segment', 'files', 'created', 'by', 'where'],
            segments.map((segment) => [
              segment.name,
              audienceKeysOf(segment).length,
              formatTimestamp(segment.createdAtMs),
              segment.by,
              segment.where,
            ]),
          ),
    );
    return 0;
  },
};
