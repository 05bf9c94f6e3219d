import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse, YAMLParseError } from 'yaml';
import { InputError } from '../../domain/errors.ts';
import type { Messages, TemplateMeta, TemplateSource } from '../../domain/template/compile/source.ts';

const shared = '_shared';

const validMeta = new Ajv({ allErrors: true }).compile<TemplateMeta>({
  type: 'object',
  required: ['category', 'defaultLocale', 'from'],
  additionalProperties: false,
  properties: {
    category: { enum: ['transactional', 'marketing'] },
    topic: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' },
    defaultLocale: { type: 'string', pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' },
    autoSubmitted: { enum: ['auto-generated', 'auto-replied'] },
    from: {
      type: 'object',
      required: ['localPart'],
      additionalProperties: false,
      properties: {
        localPart: { type: 'string', pattern: '^[A-Za-z0-9]+([._+-][A-Za-z0-9]+)*$', maxLength: 64 },
      },
    },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    timeZone: { type: 'string', minLength: 1 },
  },
});

/** What `_shared/` holds for every template. */
export type SharedSource = Pick<TemplateSource, 'sharedParts' | 'sharedMessages'>;

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
  const files = await readdir(join(directory, shared)).catch(() => []);
  const sharedParts = Object.fromEntries(
    await Promise.all(
      files
        .filter((file) => file.endsWith('.mjml'))
        .map(async (file) => [file.slice(0, -'.mjml'.length), await text(directory, shared, file)] as const),
    ),
  );
  return { sharedParts, sharedMessages: await messagesOf(directory, shared, files) };
}

/** Reads one template. @throws InputError as `readTemplates` does. */
export async function readTemplate(
  directory: string,
  name: string,
  { sharedParts, sharedMessages }: SharedSource,
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
  const [mjml, meta, messages] = await Promise.all([
    text(directory, name, 'template.mjml'),
    yaml(directory, name, 'meta.yaml'),
    messagesOf(
      directory,
      name,
      files.filter((file) => file !== 'meta.yaml'),
    ),
  ]);
  if (!validMeta(meta)) {
    const reasons = (validMeta.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'it'} ${message}`,
    );
    throw new InputError('meta', `${name}/meta.yaml`, `${name}/meta.yaml: ${reasons.join('; ')}`);
  }
  return { name, mjml, meta, messages, sharedParts, sharedMessages };
}

async function messagesOf(
  directory: string,
  folder: string,
  files: readonly string[],
): Promise<Record<string, Messages>> {
  const found: Record<string, Messages> = {};
  for (const file of files.filter((each) => each.endsWith('.yaml')).sort()) {
    found[file.slice(0, -'.yaml'.length)] = flat(await yaml(directory, folder, file), `${folder}/${file}`);
  }
  return found;
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
