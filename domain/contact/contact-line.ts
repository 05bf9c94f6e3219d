import { formatTimestamp } from '../timestamp.ts';
import type { Contact } from './contact.ts';

/** Columns of an export, in their order: an import reads them, and a campaign takes the file for an audience. */
export const contactColumns = ['address', 'name', 'locale', 'timeZone', 'topics', 'at', 'evidence'] as const;

/**
 * The fields of one contact in an export.
 *
 * @param wanted - Topics that were asked for and not taken back.
 * @param topic - Whose consent is told: a record has room for one.
 */
export function contactFields(
  address: string,
  { topics, preferences: { name = '', locale = '', timeZone = '' } }: Contact,
  wanted: readonly string[],
  topic: string | undefined,
): readonly string[] {
  const consent = topic === undefined ? undefined : topics[topic];
  const at = consent === undefined ? '' : formatTimestamp(consent.atMs);
  return [address, name, locale, timeZone, wanted.join(';'), at, consent?.evidence ?? ''];
}
