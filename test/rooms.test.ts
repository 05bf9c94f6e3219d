import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));

/** Who may import whom, besides itself: the table of `docs/architecture.md`. `all` is for what stands outside the house. */
const mayImport: Readonly<Record<string, readonly string[] | 'all'>> = {
  domain: [],
  aws: ['domain'],
  functions: ['aws', 'domain'],
  infra: ['functions/environment.ts'],
  local: ['domain'],
  cli: ['aws', 'domain'],
  console: ['aws', 'domain'],
  test: 'all',
  bench: 'all',
};

/** Names that say nothing: whatever they would hold belongs to the thing it is about. */
const emptyNames = /^(?:utils?|helpers?|common|services?|managers?|lib|misc|shared)$/i;

/** Modules with which `domain` could reach beyond its arguments. */
const impure = new Set(
  builtinModules.filter(
    (name) => !['crypto', 'url', 'stream', 'buffer', 'util', 'string_decoder'].includes(name),
  ),
);

interface Source {
  readonly file: string;
  readonly room: string;
  /** Specifiers as written. */
  readonly specifiers: readonly string[];
}

const sources = Object.keys(mayImport).flatMap((room) => filesOf(room).map((file) => read(file, room)));

function filesOf(folder: string): string[] {
  try {
    return readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
      .map((entry) => relative(project, join(entry.parentPath, entry.name)));
  } catch {
    // A room of the design that nobody has moved into yet.
    return [];
  }
}

function read(file: string, room: string): Source {
  const text = readFileSync(join(project, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return { file, room, specifiers: [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '') };
}

/** Path inside the project of a relative import. */
function target(file: string, specifier: string): string {
  return relative(project, resolve(project, dirname(file), specifier));
}

function internal({ file, specifiers }: Source): string[] {
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => target(file, specifier));
}

function forbidden(source: Source): string[] {
  const allowed = mayImport[source.room] ?? [];
  if (allowed === 'all') {
    return [];
  }
  return internal(source)
    .filter((path) => {
      const room = path.split('/')[0];
      return room !== source.room && !allowed.includes(room ?? '') && !allowed.includes(path);
    })
    .map((path) => `${source.file} imports ${path}`);
}

it('finds the sources', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.find(({ file }) => file === 'functions/send-chunk.ts')?.specifiers).toContain(
    './each-record.ts',
  );
});

it('lets every room import only what its row of the table says', () => {
  expect(sources.flatMap(forbidden)).toEqual([]);
});

it('has no import cycle', () => {
  const imports = new Map(sources.map((source) => [source.file, internal(source)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    if (!done.has(file)) {
      for (const next of imports.get(file) ?? []) {
        visit(next, [...path, file]);
      }
      done.add(file);
    }
  };
  for (const file of imports.keys()) {
    visit(file, []);
  }
  expect(cycles).toEqual([]);
});

it('keeps domain pure: no module that reaches the world', () => {
  const reaching = sources
    .filter(({ room }) => room === 'domain')
    .flatMap(({ file, specifiers }) =>
      specifiers
        .filter((name) => name.startsWith('@aws-sdk/') || impure.has(name.replace(/^node:/, '')))
        .map((name) => `${file} imports ${name}`),
    );
  expect(reaching).toEqual([]);
});

it('keeps the AWS SDK out of the functions: ports are in aws', () => {
  const direct = sources
    .filter(
      ({ room, specifiers }) =>
        ['functions', 'cli'].includes(room) && specifiers.some((name) => name.startsWith('@aws-sdk/')),
    )
    .map(({ file }) => file);
  expect(direct).toEqual([]);
});

it('names every room and file for the thing that it holds', () => {
  const empty = sources
    .map(({ file }) => file)
    .filter((file) => file.split('/').some((part) => emptyNames.test(part.replace(/\..*$/, ''))));
  expect(empty).toEqual([]);
});

it.each([
  { breaks: 'domain importing aws', room: 'domain', file: 'domain/rate.ts', specifier: '../aws/queue.ts' },
  {
    breaks: 'local importing functions',
    room: 'local',
    file: 'local/main.ts',
    specifier: '../functions/send-chunk.ts',
  },
  {
    breaks: 'infra importing more than names',
    room: 'infra',
    file: 'infra/app.ts',
    specifier: '../functions/wait.ts',
  },
])('would see $breaks', ({ room, file, specifier }) => {
  expect(forbidden({ file, room, specifiers: [specifier] })).toHaveLength(1);
});
