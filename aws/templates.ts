import type { CompiledTemplate } from '../domain/template/compiled.ts';
import { parseCompiledTemplate } from '../domain/template/parse-compiled.ts';
import type { Bucket } from './bucket.ts';

/** A newly published version is used within this time. */
const currentCacheMs = 60_000;

/** Where a version of a template is kept, and which version is the published one. */
export const templateKeys = {
  version: (name: string, hash: string) => `templates/${name}/${hash}.json`,
  current: (name: string) => `templates/${name}/current.json`,
};

export type Templates = ReturnType<typeof templates>;

/** The published templates: versions never change, so they are kept for as long as the Lambda environment lives. */
export function templates(bucket: Pick<Bucket, 'getText'>, nowMs: () => number) {
  const versions = new Map<string, CompiledTemplate>();
  const current = new Map<string, { hash: string; untilMs: number }>();

  async function currentHash(name: string): Promise<string | undefined> {
    const cached = current.get(name);
    if (cached !== undefined && cached.untilMs > nowMs()) {
      return cached.hash;
    }
    const text = await bucket.getText(templateKeys.current(name));
    if (text === undefined) {
      return undefined;
    }
    const { hash } = JSON.parse(text) as { hash: string };
    current.set(name, { hash, untilMs: nowMs() + currentCacheMs });
    return hash;
  }

  /**
   * @param hash - Pins a version; without it the published one is meant.
   * @returns undefined when there is no such template or version
   * @throws InputError `compiled-template` when what is stored is not what was published
   */
  async function find(name: string, hash?: string): Promise<CompiledTemplate | undefined> {
    const wanted = hash ?? (await currentHash(name));
    if (wanted === undefined) {
      return undefined;
    }
    const key = templateKeys.version(name, wanted);
    const known = versions.get(key);
    if (known !== undefined) {
      return known;
    }
    const text = await bucket.getText(key);
    if (text === undefined) {
      return undefined;
    }
    const template = parseCompiledTemplate(text, { name, hash: wanted });
    versions.set(key, template);
    return template;
  }

  return { find };
}

/**
 * Writes a version that whoever names its hash is sent, and nobody else.
 *
 * @throws InputError `compiled-template` when senders would refuse it
 */
export async function storeTemplate(
  bucket: Pick<Bucket, 'put'>,
  name: string,
  hash: string,
  json: string,
): Promise<void> {
  parseCompiledTemplate(json, { name, hash });
  await bucket.put(templateKeys.version(name, hash), json, 'application/json');
}

/**
 * Writes a version, then makes it the published one: a sender never finds a pointer without its version. Since a version is
 * named for its content, writing it again changes nothing.
 *
 * @throws InputError `compiled-template` when senders would refuse it
 */
export async function publishTemplate(
  bucket: Pick<Bucket, 'put'>,
  name: string,
  hash: string,
  json: string,
): Promise<void> {
  await storeTemplate(bucket, name, hash, json);
  await bucket.put(templateKeys.current(name), JSON.stringify({ hash }), 'application/json');
}
