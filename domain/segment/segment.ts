import type { Campaign } from '../campaign/campaign.ts';
import { idOfName } from '../campaign/id-of-name.ts';
import { InputError } from '../errors.ts';

/** What tells who is meant: files, and which rows of them. A campaign takes it with it, so that later changes change nothing for it. */
export type AudienceDefinition = Pick<
  Campaign,
  'audienceKey' | 'audienceKeys' | 'audienceFormat' | 'columns' | 'where' | 'consent'
>;

/** An audience with a name, for campaigns to come. */
export interface Segment extends AudienceDefinition {
  readonly segmentId: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  /** Who made it. */
  readonly by: string;
}

export function segmentIdOf(name: string): string {
  return idOfName(name, 'segment');
}

/** What of a segment goes with a campaign. */
export function definitionOf(segment: Segment): AudienceDefinition & Pick<Campaign, 'segment'> {
  const { segmentId: _, createdAtMs: __, by: ___, name, ...definition } = segment;
  return { ...definition, segment: name };
}

/** @throws InputError `segment`: it is not one that Todoke wrote */
export function parseSegment(json: string): Segment {
  const segment = JSON.parse(json) as Partial<Segment>;
  if (
    typeof segment.name !== 'string' ||
    typeof segment.segmentId !== 'string' ||
    typeof segment.audienceKey !== 'string' ||
    typeof segment.audienceFormat !== 'string'
  ) {
    throw new InputError('segment', 'segment', 'what is stored is no segment');
  }
  return segment as Segment;
}
