import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { InputError } from '../../domain/errors.ts';
import type { Messages, TemplateSource } from '../../domain/template/compile/source.ts';
import { checkedHosts, checkedMeta } from './meta.ts';

const shared = '_shared';

/** Files of YAML that are not the strings of a locale. */
const notStrings: ReadonlySet<string> = new Set(['meta.yaml', 'schema.overrides.yaml', 'hosts.yaml']);

/** What `_shared/` holds for every template. */
export type SharedSource = Pick<TemplateSource, 'sharedParts' | 'sharedMessages' | 'hosts' | 'stringFiles'>;

/**
 * Reads every template of a directory: one folder each, and `_shared`.
 *
 * @throws InputError when a file is missing, is not YAML, or says something that `meta.yaml` cannot say.
 */
export async function readTemplates(directory: string): Promise<TemplateSource[]> {
  const [names, parts] = await Promise.all([templateNames(directory), readShared(directory)]);
  return Promise.all(names.map((name) => readTemplate(directory, name, parts)));
}

/** Names of the folders that hold a template each, in order. */
export async function templateNames(directory: string): Promise<string[]> {
  return (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== shared)
    .map((entry) => entry.name)
    .sort();
}

/** Reads `_shared/`, which may be missing. @throws InputError as `readTemplates` does. */
export async function readShared(directory: string): Promise<SharedSource> {
  const files: readonly string[] = await readdir(join(directory, shared)).catch(() => []);
  const sharedParts = Object.fromEntries(
    await Promise.all(
      files
        .filter((file) => file.endsWith('.mjml'))
        .map(async (file) => [file.slice(0, -'.mjml'.length), await text(directory, shared, file)] as const),
    ),
  );
  const hosts = files.includes('hosts.yaml') ? await yaml(directory, shared, 'hosts.yaml') : undefined;
  const { messages, stringFiles } = await stringsOf(directory, shared, files, `${shared}/`);
  return {
    sharedParts,
    sharedMessages: messages,
    stringFiles,
    ...(hosts !== undefined && { hosts: checkedHosts(hosts, `${shared}/hosts.yaml`) }),
  };
}

/** Reads one template. @throws InputError as `readTemplates` does. */
export async function readTemplate(
  directory: string,
  name: string,
  common: SharedSource,
): Promise<TemplateSource> {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new InputError(
      'template-name',
      name,
      `${name}: a template name is small letters, digits and "-", at most 64`,
    );
  }
  const files = await readdir(join(directory, name));
  for (const file of ['template.mjml', 'meta.yaml']) {
    if (!files.includes(file)) {
      throw new InputError('missing-file', `${name}/${file}`, `${name}/${file} is missing`);
    }
  }
  const [mjml, meta, { messages, stringFiles }, overrides] = await Promise.all([
    text(directory, name, 'template.mjml'),
    yaml(directory, name, 'meta.yaml'),
    stringsOf(directory, name, files, ''),
    files.includes('schema.overrides.yaml') ? yaml(directory, name, 'schema.overrides.yaml') : undefined,
  ]);
  const { hosts, ...rest } = checkedMeta(meta, `${name}/meta.yaml`);
  return {
    ...common,
    name,
    mjml,
    meta: rest,
    messages,
    stringFiles: { ...common.stringFiles, ...stringFiles },
    ...(hosts && { hosts: [...(common.hosts ?? []), ...hosts] }),
    ...(overrides !== undefined && { overrides }),
  };
}

/** @param prefix - Of the names in `stringFiles`. */
async function stringsOf(
  directory: string,
  folder: string,
  files: readonly string[],
  prefix: string,
): Promise<{ messages: Record<string, Messages>; stringFiles: Record<string, string> }> {
  const messages: Record<string, Messages> = {};
  const stringFiles: Record<string, string> = {};
  for (const file of files.filter((each) => each.endsWith('.yaml') && !notStrings.has(each)).sort()) {
    stringFiles[`${prefix}${file}`] = await text(directory, folder, file);
    messages[file.slice(0, -'.yaml'.length)] = flat(await yaml(directory, folder, file), `${folder}/${file}`);
  }
  return { messages, stringFiles };
}

/** `{a: {b: 'c'}}` becomes `{'a.b': 'c'}`. */
function flat(value: unknown, place: string, prefix = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError('strings', place, `${place}: ${prefix || 'the file'} is not a set of strings`);
  }
  const strings: Record<string, string> = {};
  for (const [key, member] of Object.entries(value)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof member === 'string') strings[path] = member;
    else Object.assign(strings, flat(member, place, path));
  }
  return strings;
}

async function text(directory: string, folder: string, file: string): Promise<string> {
  return (await readFile(join(directory, folder, file), 'utf8')).replaceAll('\r\n', '\n');
}

async function yaml(directory: string, folder: string, file: string): Promise<unknown> {
  try {
    return parse(await text(directory, folder, file));
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    const place = `${folder}/${file}:${line}:${col}`;
    throw new InputError('yaml', place, `${place}: ${error.code}`, { cause: error });
  }
}
