import { audienceFormatOf } from '../../domain/audience/audience.ts';
import { type ColumnMap, parseColumnMap } from '../../domain/audience/column-map.ts';
import type { AudienceFormat } from '../../domain/campaign/campaign.ts';
import { InputError } from '../../domain/errors.ts';
import type { ConsentColumns } from '../../domain/segment/consent.ts';
import { type Call, UsageError } from '../command.ts';

/** Which rows of which files. */
export const audienceOptions = {
  audience: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'columns: address, name, locale; all others are data. Several are read as one; s3://BUCKET/audiences/… of the stack as well',
  },
  format: { type: 'string', value: 'FORMAT', help: 'csv or jsonl, where the names of the files do not tell' },
  map: {
    type: 'string',
    multiple: true,
    value: 'OURS=THEIRS',
    help: 'what a column is called in the files: address=連絡先',
  },
  where: {
    type: 'string',
    value: 'CEL',
    help: `only rows of which this is true: 'row.pref == "Tokyo" && known.bounces == 0'`,
  },
  consent: {
    type: 'string',
    multiple: true,
    value: 'COLUMN',
    help: 'a column that proves consent: when it was given, where',
  },
  'require-consent': { type: 'boolean', help: 'leave out rows in which one of those columns is empty' },
} as const;

/** What those options say; nothing is read so far. */
export interface AudienceChoice {
  /** Paths, and addresses in S3. */
  readonly places: readonly string[];
  readonly format: AudienceFormat;
  readonly columns: ColumnMap;
  readonly where: string | undefined;
  readonly consent: ConsentColumns | undefined;
}

/** @throws UsageError */
export function audienceChoice(call: Call): AudienceChoice {
  const places = call.texts('audience');
  const [first] = places;
  if (first === undefined || places.includes('')) {
    throw new UsageError('--audience is missing');
  }
  const format = formatOption(call.text('format')) ?? audienceFormatOf(first);
  if (call.text('format') === undefined && places.some((place) => audienceFormatOf(place) !== format)) {
    throw new UsageError('all files of an audience are of one format: give --format, or convert them');
  }
  return {
    places,
    format,
    columns: columnsOption(call),
    where: call.text('where'),
    consent: consentOf(call),
  };
}

function consentOf(call: Call): ConsentColumns | undefined {
  const columns = call.texts('consent');
  const required = call.flag('require-consent');
  if (required && columns.length === 0) {
    throw new UsageError('--require-consent needs --consent COLUMN');
  }
  return columns.length === 0 ? undefined : { columns, required };
}

function formatOption(option: string | undefined): AudienceFormat | undefined {
  if (option !== undefined && option !== 'csv' && option !== 'jsonl') {
    throw new UsageError('--format is csv or jsonl');
  }
  return option;
}

function columnsOption(call: Call): ColumnMap {
  try {
    return parseColumnMap(call.texts('map'));
  } catch (error) {
    throw error instanceof InputError ? new UsageError(`--map: ${error.message}`) : error;
  }
}
