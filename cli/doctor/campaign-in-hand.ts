import { bucket } from '../../aws/bucket.ts';
import { operatorBucket } from '../../aws/operator-bucket.ts';
import { templates } from '../../aws/templates.ts';
import { audienceKeysOf } from '../../domain/audience/audience.ts';
import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import { audienceBatches, type FileStore } from '../../domain/audience/read-audience.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { InputError } from '../../domain/errors.ts';
import { type RowSelector, rowSelector } from '../../domain/segment/row-selector.ts';
import { CommandError } from '../command.ts';
import type { Connection } from '../connection.ts';
import { readKnownIn } from '../segment/known.ts';
import type { DoctorRun } from './run-doctor.ts';

/**
 * The mails and the audience of a campaign that exists.
 *
 * @throws CommandError when its audience has been deleted since
 */
export async function campaignInHand(
  { outputs }: Connection,
  campaign: Campaign,
): Promise<Pick<DoctorRun, 'template' | 'variants' | 'data' | 'audience' | 'consent' | 'tracks'>> {
  const { name, template, templateHash, data, variants = [], track = [] } = campaign;
  const store = bucket(outputs.BucketName);
  const { size } = operatorBucket(outputs.BucketName);
  for (const key of audienceKeysOf(campaign)) {
    if ((await size(key)) === undefined) {
      throw new CommandError(`the audience of campaign "${name}" is no longer kept`);
    }
  }
  const catalogue = templates(store, Date.now);
  // The first one is the template itself.
  const others = await Promise.all(
    variants.slice(1).map((variant) => catalogue.find(variant.template, variant.templateHash)),
  );
  return {
    template: await catalogue.find(template, templateHash),
    variants: others.filter((other) => other !== undefined),
    data,
    consent: campaign.consent?.columns,
    tracks: track.length > 0,
    audience: rowsMeant(store, campaign, await rowSelector(campaign, readKnownIn(outputs), Date.now())),
  };
}

/** The rows that the campaign's filter selects, and those that cannot be used. */
async function* rowsMeant(
  store: FileStore,
  campaign: Campaign,
  selects: RowSelector | undefined,
): AsyncGenerator<readonly AudienceRow[]> {
  for await (const { rows } of audienceBatches(store, campaign)) {
    yield selects === undefined ? rows : rows.flatMap((row) => meant(row, selects));
  }
}

function meant(row: AudienceRow, selects: RowSelector): readonly AudienceRow[] {
  if ('error' in row) {
    return [row];
  }
  try {
    return selects(row) ? [row] : [];
  } catch (error) {
    if (error instanceof InputError) {
      // Whoever is left out since no consent is proved says nothing against the addresses of the others.
      return error.code === 'consent-missing' ? [] : [{ row: row.row, error }];
    }
    throw error;
  }
}
