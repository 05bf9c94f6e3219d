import { recipientReader } from '../domain/audience-recipient.ts';
import type { AudienceRow } from '../domain/audience-row.ts';
import type { Campaign } from '../domain/campaign.ts';
import { chunkLine } from '../domain/chunk-line.ts';
import { InputError } from '../domain/errors.ts';
import { recipientSet } from '../domain/recipient-set.ts';
import { rowCheck } from '../domain/row-check.ts';
import type { CompiledTemplate } from '../domain/template/compiled.ts';
import { type Exclusion, exclusion } from './excluded-rows.ts';

/**
 * What becomes of one row after another: a line as senders read it, or why there is none. A row counts as a duplicate of an earlier
 * one only if that one gets a mail.
 */
export function rowPlanner(campaign: Campaign, template: CompiledTemplate) {
  const recipientOf = recipientReader(campaign.data, template.schema);
  const firstProblem = rowCheck(template);
  const planned = recipientSet();

  return function plan(audienceRow: AudienceRow): string | Exclusion {
    const { row } = audienceRow;
    if ('error' in audienceRow) {
      return exclusion(row, 'invalid', audienceRow.error);
    }
    try {
      const { address, name, locale, data } = recipientOf(audienceRow.values, row);
      const line = chunkLine({ r: row, a: address.wire, n: name, l: locale, d: data });
      const problem = firstProblem(data, locale, line.length);
      if (problem !== undefined) {
        return exclusion(row, 'rejected', problem);
      }
      if (!planned.add(address.recipientId)) {
        const message = `row ${row} has the address of an earlier row`;
        return exclusion(row, 'duplicate', { code: 'duplicate', field: `row ${row} address`, message });
      }
      return line;
    } catch (error) {
      if (error instanceof InputError) {
        return exclusion(row, 'invalid', error);
      }
      throw error;
    }
  };
}
