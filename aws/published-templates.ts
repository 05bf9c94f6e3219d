import type { Bucket } from './bucket.ts';
import type { ObjectList } from './object-list.ts';
import { templateKeys } from './templates.ts';

/** What the bucket holds of one template. */
export interface PublishedTemplate {
  readonly name: string;
  /** The published version. */
  readonly hash: string;
  /** When it became the published one. */
  readonly publishedAtMs: number;
  /** Every version that mail may still be pinned to, newest first. */
  readonly versions: readonly { readonly hash: string; readonly writtenAtMs: number }[];
}

/** Every published template, in the order of the names. */
export async function publishedTemplates(
  bucket: Pick<Bucket, 'getText'>,
  list: ObjectList,
): Promise<PublishedTemplate[]> {
  const versions = new Map<string, { hash: string; writtenAtMs: number }[]>();
  const pointers = new Map<string, number>();
  for (const { key, writtenAtMs } of await list('templates/')) {
    const [, name = '', file = ''] = /^templates\/([^/]+)\/([^/]+)\.json$/.exec(key) ?? [];
    if (file === 'current') pointers.set(name, writtenAtMs);
    else if (file !== '') versions.set(name, [...(versions.get(name) ?? []), { hash: file, writtenAtMs }]);
  }
  const found: PublishedTemplate[] = [];
  for (const [name, publishedAtMs] of pointers) {
    const text = await bucket.getText(templateKeys.current(name));
    if (text === undefined) continue;
    const { hash } = JSON.parse(text) as { hash: string };
    const sorted = (versions.get(name) ?? []).sort((a, b) => b.writtenAtMs - a.writtenAtMs);
    found.push({ name, hash, publishedAtMs, versions: sorted });
  }
  return found;
}
