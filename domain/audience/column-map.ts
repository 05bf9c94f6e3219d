import { InputError } from '../errors.ts';

/** What the columns of a file mean that are called something else there: `{ address: '連絡先' }`, our word first. */
export type ColumnMap = Readonly<Record<string, string>>;

/** Columns that an error names, and their characters. */
const most = { columns: 30, characters: 40 };

/** Says which columns there are; a file without a header has addresses where their names should be, which are not said. */
export function columnError(missing: string, columns: readonly string[]): InputError {
  const said = columns
    .slice(0, most.columns)
    .map((name) => (name.includes('@') ? '(an address)' : `"${name.slice(0, most.characters)}"`));
  const more = columns.length > most.columns ? ` and ${columns.length - most.columns} more` : '';
  return new InputError(
    'audience-column',
    'audience',
    `the audience has no column "${missing}"; it has ${said.join(', ')}${more}`,
  );
}

/** A row by our words; a value whose name it needs goes. */
export function renamed(
  values: Readonly<Record<string, unknown>>,
  map: ColumnMap,
): Readonly<Record<string, unknown>> {
  const names = Object.entries(map);
  if (names.length === 0) {
    return values;
  }
  const theirs = new Set(Object.values(map));
  const kept = Object.entries(values).filter(([name]) => !theirs.has(name) && !Object.hasOwn(map, name));
  const moved = names.flatMap(([ours, name]) =>
    Object.hasOwn(values, name) ? [[ours, values[name]] as const] : [],
  );
  return Object.fromEntries([...kept, ...moved]);
}

/**
 * Reads `address=連絡先` as an operator writes it.
 *
 * @throws InputError `column-map`: it is something else, or names a column twice
 */
export function parseColumnMap(options: readonly string[]): ColumnMap {
  const pairs = options.map((option) => {
    const at = option.indexOf('=');
    const [ours, theirs] = [option.slice(0, at).trim(), option.slice(at + 1).trim()];
    if (at < 1 || ours === '' || theirs === '') {
      throw new InputError('column-map', 'map', `"${option}" is not OURS=THEIRS, such as address=メール`);
    }
    return [ours, theirs] as const;
  });
  for (const side of [0, 1] as const) {
    const names = pairs.map((pair) => pair[side]);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new InputError('column-map', 'map', `"${twice}" is mapped twice`);
    }
  }
  return Object.fromEntries(pairs);
}
