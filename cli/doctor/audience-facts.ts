import { asked } from '../../aws/asked-fact.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import type { AudienceReading } from '../../domain/doctor/audience.ts';
import { type Fact, known, unknown } from '../../domain/doctor/fact.ts';
import type { AudienceFacts } from '../../domain/doctor/facts.ts';
import { suppressionOf } from '../../domain/suppression/suppression.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import type { Connection } from '../connection.ts';
import { neverMailedAmong } from './never-mailed.ts';

interface Asked {
  /** Without one nobody knows more. */
  readonly connection: Connection | undefined;
  readonly template?: CompiledTemplate | undefined;
}

/** Figures of an audience, and what the stack knows of some of it. */
export async function audienceFacts(
  reading: AudienceReading | undefined,
  run: Asked,
): Promise<Fact<AudienceFacts>> {
  if (reading === undefined) {
    return unknown({
      ja: '宛先のリストがありません（--audience または --campaign）。',
      en: 'there is no audience: --audience or --campaign',
    });
  }
  const suppressed = await asked('DynamoDB', 'BatchGetItem', () => suppressedAmong(reading.drawn, run));
  const strangers = await asked('AWS', 'Query, GetObject', () => neverMailed(reading.drawn, run));
  const unread = suppressed.known ? (strangers.known ? undefined : strangers.why) : suppressed.why;
  return known({
    ...reading.facts,
    suppressed: suppressed.known ? suppressed.value : undefined,
    neverMailed: strangers.known ? strangers.value : undefined,
    unread,
  });
}

/** Of some recipients, for whom such mail is stopped; marketing where nobody says which mail it is. */
async function suppressedAmong(
  recipientIds: readonly string[],
  { connection, template }: Asked,
): Promise<AudienceFacts['suppressed']> {
  if (connection === undefined) {
    return undefined;
  }
  const found = await suppressionsTable(connection.outputs.SuppressionsTableName).find(recipientIds);
  const nowMs = Date.now();
  const stopped = [...found.values()].filter(
    (each) => suppressionOf(each, template ?? { category: 'marketing' }, nowMs) !== undefined,
  );
  return { asked: recipientIds.length, stopped: stopped.length };
}

async function neverMailed(
  recipientIds: readonly string[],
  { connection }: Asked,
): Promise<AudienceFacts['neverMailed']> {
  if (connection === undefined) {
    return undefined;
  }
  const { CampaignsTableName, BucketName } = connection.outputs;
  const campaigns = await campaignsTable(CampaignsTableName).list();
  return await neverMailedAmong(recipientIds, campaigns, BucketName, Date.now());
}
