import { bucket } from '../../aws/bucket.ts';
import { operatorBucket } from '../../aws/operator-bucket.ts';
import { templates } from '../../aws/templates.ts';
import { audienceKeysOf } from '../../domain/audience.ts';
import type { AudienceRow } from '../../domain/audience-row.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { audienceBatches } from '../../domain/read-audience.ts';
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
  campaign: Campaign,
): Promise<Pick<DoctorRun, 'template' | 'data' | 'audience'>> {
  const { name, template, templateHash, data } = campaign;
  const store = bucket(outputs.BucketName);
  const { size } = operatorBucket(outputs.BucketName);
  for (const key of audienceKeysOf(campaign)) {
    if ((await size(key)) === undefined) {
      throw new CommandError(`the audience of campaign "${name}" is no longer kept`);
    }
  }
  return {
    template: await templates(store, Date.now).find(template, templateHash),
    data,
    audience: rowsIn(audienceBatches(store, campaign)),
  };
}

async function* rowsIn(batches: ReturnType<typeof audienceBatches>): AsyncGenerator<readonly AudienceRow[]> {
  for await (const { rows } of batches) {
    yield rows;
  }
}
