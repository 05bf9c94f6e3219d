import { recipientReader } from '../../domain/audience/audience-recipient.ts';
import { type AudienceRow, PlainRow } from '../../domain/audience/audience-row.ts';
import { type PlainRowWriter, plainRowWriter } from '../../domain/audience/plain-row.ts';
import { rowCheck } from '../../domain/audience/row-check.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { chunkLine } from '../../domain/campaign/chunk-line.ts';
import { type Exclusion, exclusion, invalidRow } from '../../domain/campaign/exclusion.ts';
import { recipientDigest, wordOf } from '../../domain/campaign/recipient-table.ts';
import type { InputError } from '../../domain/errors.ts';
import { commonSchema } from '../../domain/experiment/common-schema.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';

/** A row that can be mailed, and the words of the recipient's digest. */
export interface MailableRow {
  readonly row: number;
  readonly high: number;
  readonly low: number;
  /** Octets of the line at most. */
  readonly mostBytes: number;
  /** Writes the line as senders read it. @returns where it ends */
  readonly write: (target: Buffer, start: number) => number;
}

/** A row that does not fit the template, and the words of the recipient's digest. */
interface RefusedRow {
  readonly refused: Exclusion;
  readonly high: number;
  readonly low: number;
}

/**
 * What becomes of one row by itself: a line as senders read it, or why there is none: it must be fit for each of the templates, since
 * nothing says yet which one its recipient gets. What it gives is good until the next row; whoever
 * keeps it takes it {@link detached}.
 */
export function rowPlanner(campaign: Campaign, templates: readonly CompiledTemplate[]) {
  const schema = commonSchema(templates);
  const recipientOf = recipientReader(campaign.data, schema);
  const checks = templates.map(rowCheck);
  const schemaDecidesUpTo = Math.min(...checks.map((check) => check.schemaDecidesUpTo));
  let header: readonly string[] | undefined;
  let writer: PlainRowWriter | undefined;
  let plain: PlainMailableRow | undefined;

  function plan(audienceRow: AudienceRow): MailableRow | RefusedRow | Exclusion {
    if (audienceRow instanceof PlainRow) {
      if (header !== audienceRow.header) {
        header = audienceRow.header;
        writer = plainRowWriter(header, campaign.data, { schema }, schemaDecidesUpTo);
        plain = writer && new PlainMailableRow(writer);
      }
      if (plain !== undefined && writer?.takes(audienceRow.record)) {
        return plain.be(audienceRow);
      }
    }
    return planCarefully(audienceRow);
  }

  function planCarefully(audienceRow: AudienceRow): MailableRow | RefusedRow | Exclusion {
    const { row } = audienceRow;
    if ('error' in audienceRow) {
      return exclusion(row, 'invalid', audienceRow.error);
    }
    try {
      const { address, name, locale, data } = recipientOf(audienceRow.values, row);
      const line = chunkLine({ r: row, a: address.wire, n: name, l: locale, d: data });
      const digest = recipientDigest(address.wire.toLowerCase());
      const words = { high: wordOf(digest, 0), low: wordOf(digest, 1) };
      const problem = problemOf(data, locale, line.length);
      if (problem !== undefined) {
        return { refused: exclusion(row, 'rejected', problem), ...words };
      }
      return {
        row,
        ...words,
        // A unit of UTF-16 takes three octets at most.
        mostBytes: 3 * line.length,
        write: (target, start) => start + target.write(line, start),
      };
    } catch (error) {
      return invalidRow(row, error);
    }
  }

  /** What keeps any of the templates from being filled with it. */
  function problemOf(
    data: Readonly<Record<string, unknown>>,
    locale: string | undefined,
    rowLength: number,
  ): InputError | undefined {
    for (const { firstProblem } of checks) {
      const problem = firstProblem(data, locale, rowLength);
      if (problem !== undefined) {
        return problem;
      }
    }
    return undefined;
  }

  return plan;
}

/** One after another: there are millions of them. */
class PlainMailableRow implements MailableRow {
  row = 0;
  high = 0;
  low = 0;
  mostBytes = 0;
  readonly #writer: PlainRowWriter;
  #record: PlainRow['record'] | undefined;

  constructor(writer: PlainRowWriter) {
    this.#writer = writer;
  }

  be({ row, record }: PlainRow): this {
    // It is in small letters.
    const digest = recipientDigest(this.#writer.address(record));
    this.row = row;
    this.high = wordOf(digest, 0);
    this.low = wordOf(digest, 1);
    this.mostBytes = this.#writer.mostBytes(record);
    this.#record = record;
    return this;
  }

  write(target: Buffer, start: number): number {
    return this.#record === undefined ? start : this.#writer.write(this.#record, this.row, target, start);
  }
}

/** The row without the piece of the file that it was read from, which it would keep in memory. */
export function detached(mailable: MailableRow): MailableRow {
  const scratch = Buffer.allocUnsafe(mailable.mostBytes);
  const bytes = mailable.write(scratch, 0);
  const line = scratch.toString('utf8', 0, bytes);
  const { row, high, low } = mailable;
  return {
    row,
    high,
    low,
    mostBytes: bytes,
    write: (target, start) => start + target.write(line, start),
  };
}
