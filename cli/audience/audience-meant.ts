import { segmentStore } from '../../aws/segments.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { type AudienceDefinition, definitionOf, segmentIdOf } from '../../domain/segment/segment.ts';
import { type Call, CommandError, type Terminal, UsageError } from '../command.ts';
import type { Connection } from '../connection.ts';
import { requireFiles } from '../segment/segment-files.ts';
import {
  describeAudience,
  lookIntoS3,
  readLocalFiles,
  uploadAudience,
  warnOfFilter,
} from './audience-in-hand.ts';
import { audienceChoice, audienceOptions } from './audience-options.ts';

/** An audience of which all has been read that is here; it finds what is in a stack. */
export type MeantAudience = (connection: Connection) => Promise<{
  /** For people. */
  readonly describe: string;
  /** Sees to it that functions can read it. @param owner - Id of the campaign. */
  readonly keep: (
    owner: string,
    terminal: Pick<Terminal, 'err'>,
  ) => Promise<AudienceDefinition & Pick<Campaign, 'segment'>>;
}>;

/**
 * The audience that a command names: files, or a segment.
 *
 * @returns a function that reads what is here
 * @throws UsageError
 */
export function audienceMeant(call: Call): () => Promise<MeantAudience> {
  const name = call.text('segment');
  if (name !== undefined) {
    const more = Object.keys(audienceOptions).find(
      (option) => call.texts(option).length > 0 || call.flag(option),
    );
    if (more !== undefined) {
      throw new UsageError(`--segment has it all: leave --${more} out`);
    }
    return async () => ofSegment(name);
  }
  const choice = audienceChoice(call);
  return async () => {
    const audience = await readLocalFiles(choice);
    return async (connection) => {
      await lookIntoS3(connection, audience);
      return {
        describe: describeAudience(audience),
        async keep(owner, terminal) {
          warnOfFilter(audience, terminal);
          return await uploadAudience(connection, audience, owner, terminal);
        },
      };
    };
  };
}

function ofSegment(name: string): MeantAudience {
  return async ({ outputs }) => {
    const segment = await segmentStore(outputs.BucketName).get(segmentIdOf(name));
    if (segment === undefined) {
      throw new CommandError(`there is no segment "${name}"`);
    }
    await requireFiles(outputs.BucketName, segment);
    return { describe: `everyone in segment "${name}"`, keep: async () => definitionOf(segment) };
  };
}
