import { segmentStore } from '../../aws/segments.ts';
import { type Segment, segmentIdOf } from '../../domain/segment/segment.ts';
import { type Call, CommandError } from '../command.ts';
import { type Connection, connect } from '../connection.ts';

/** The segment that a command names first. @throws CommandError when there is none */
export async function namedSegment(
  call: Call,
): Promise<{ readonly connection: Connection; readonly segment: Segment }> {
  const [name = ''] = call.positionals;
  const segmentId = segmentIdOf(name);
  const connection = await connect(call);
  const segment = await segmentStore(connection.outputs.BucketName).get(segmentId);
  if (segment === undefined) {
    throw new CommandError(`there is no segment "${name}"`);
  }
  return { connection, segment };
}
