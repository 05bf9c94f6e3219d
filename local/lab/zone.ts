import { InputError } from '../../domain/errors.ts';

export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'TXT'] as const;

export type RecordType = (typeof recordTypes)[number];

/** Record sets by `TYPE name`, in presentation form: `'MX example.com': ['10 mx.example.com']`. */
export type RecordSets = Readonly<Record<string, readonly string[]>>;

export interface ZoneRecord {
  readonly name: string;
  readonly type: RecordType;
  /** In presentation form; a TXT is one string, however long. */
  readonly value: string;
}

export interface ZoneAnswer {
  /** `nodata`: the name exists, without records of the type. */
  readonly status: 'records' | 'nodata' | 'nxdomain';
  /** The aliases on the way come first, as a server answers. */
  readonly records: readonly ZoneRecord[];
}

/** All the DNS that the lab knows. What is not in it does not exist. */
export interface Zone {
  lookup(name: string, type: RecordType): ZoneAnswer;
  sets(): RecordSets;
  /**
   * Replaces record sets from now on; null takes one away.
   *
   * @throws InputError `invalid-record` when a key is not `TYPE name`.
   */
  change(sets: Readonly<Record<string, readonly string[] | null>>): void;
}

/** A chain of aliases that is longer is a loop. */
const maxAliases = 8;

export function createZone(initial: RecordSets): Zone {
  const byKey = new Map<string, readonly string[]>();
  const names = new Set<string>();

  const change: Zone['change'] = (sets) => {
    const changes = Object.entries(sets).map(([key, values]) => [keyOf(key), values] as const);
    for (const [key, values] of changes) {
      if (values === null) byKey.delete(key);
      else byKey.set(key, values);
    }
    names.clear();
    for (const key of byKey.keys()) addWithParents(names, key.slice(key.indexOf(' ') + 1));
  };
  change(initial);

  const recordsOf = (name: string, type: RecordType): ZoneRecord[] =>
    (byKey.get(`${type} ${name}`) ?? []).map((value) => ({ name, type, value }));

  return {
    lookup(asked, type) {
      let name = normal(asked);
      const records: ZoneRecord[] = [];
      for (let i = 0; i <= maxAliases; i++) {
        const found = recordsOf(name, type);
        if (found.length > 0) return { status: 'records', records: [...records, ...found] };
        const [alias] = recordsOf(name, 'CNAME');
        if (alias === undefined) return { status: names.has(name) ? 'nodata' : 'nxdomain', records };
        records.push(alias);
        name = normal(alias.value);
      }
      return { status: 'nodata', records: [] };
    },
    sets: () => Object.fromEntries(byKey),
    change,
  };
}

function keyOf(key: string): string {
  const [, type, name] = /^([A-Z]+) (\S+)$/.exec(key) ?? [];
  if (name === undefined || !recordTypes.some((known) => known === type)) {
    throw new InputError(
      'invalid-record',
      'zone',
      `a record set is named by its type (${recordTypes.join(', ')}), a space and its name`,
    );
  }
  return `${type} ${normal(name)}`;
}

/** RFC 8020: a name exists when there is one below it. */
function addWithParents(names: Set<string>, name: string): void {
  const labels = name.split('.');
  for (let i = 0; i < labels.length; i++) names.add(labels.slice(i).join('.'));
}

function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
