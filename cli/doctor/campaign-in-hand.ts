import { bucket } from '../../aws/bucket.ts';
import { templates } from '../../aws/templates.ts';
import { rowsOf } from '../../domain/audience.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { CommandError } from '../command.ts';
import type { Connection } from '../connection.ts';
import type { DoctorRun } from './run-doctor.ts';

/**
 * The mails and the audience of a campaign that exists.
 *
 * @throws CommandError when its audience has been deleted since
 */
export async function campaignInHand(
  { outputs }: Connection,
  { name, template, templateHash, data, audienceKey, audienceFormat }: Campaign,
): Promise<Pick<DoctorRun, 'template' | 'data' | 'audience'>> {
  const store = bucket(outputs.BucketName);
  const audience = await store.stream(audienceKey);
  if (audience === undefined) {
    throw new CommandError(`the audience of campaign "${name}" is no longer kept`);
  }
  return {
    template: await templates(store, Date.now).find(template, templateHash),
    data,
    audience: rowsOf(audienceFormat, audience),
  };
}
