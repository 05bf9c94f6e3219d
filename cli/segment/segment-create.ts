import { segmentStore } from '../../aws/segments.ts';
import { type Segment, segmentIdOf } from '../../domain/segment/segment.ts';
import {
  describeAudience,
  lookIntoS3,
  readLocalFiles,
  uploadAudience,
  warnOfFilter,
} from '../audience/audience-in-hand.ts';
import { audienceChoice, audienceOptions } from '../audience/audience-options.ts';
import { type Command, CommandError, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { operatorOf, operatorOption } from '../operator.ts';

export const segmentCreate: Command = {
  name: 'segment create',
  summary: 'Gives an audience a name: files, and which of their rows; campaigns then name the segment.',
  positionals: ['NAME'],
  options: {
    ...audienceOptions,
    replace: { type: 'boolean', help: 'take the place of a segment of that name' },
    ...operatorOption,
    ...pipelineOptions,
  },
  async run(call, terminal) {
    const [name = ''] = call.positionals;
    const segmentId = segmentIdOf(name);
    const audience = await readLocalFiles(audienceChoice(call));
    const connection = await connect(call);
    await lookIntoS3(connection, audience);
    const store = segmentStore(connection.outputs.BucketName);
    const replace = call.flag('replace');
    const exists = new CommandError(`segment "${name}" exists already; --replace takes its place`);
    if (!replace && (await store.get(segmentId)) !== undefined) {
      throw exists;
    }
    warnOfFilter(audience, terminal);
    const segment: Segment = {
      segmentId,
      name,
      ...(await uploadAudience(connection, audience, `segments/${segmentId}`, terminal)),
      createdAtMs: Date.now(),
      by: operatorOf(call),
    };
    if (replace) {
      await store.replace(segment);
    } else if (!(await store.create(segment))) {
      throw exists;
    }
    terminal.out(
      call.flag('json') ? JSON.stringify(segment) : `segment "${name}": ${describeAudience(audience)}`,
    );
    return 0;
  },
};
