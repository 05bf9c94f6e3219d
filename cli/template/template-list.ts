import { bucket } from '../../aws/bucket.ts';
import { objectList } from '../../aws/object-list.ts';
import { type PublishedTemplate, publishedTemplates } from '../../aws/published-templates.ts';
import { type Templates, templates } from '../../aws/templates.ts';
import { InputError } from '../../domain/errors.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { renderTable } from '../table.ts';

export const templateList: Command = {
  name: 'template list',
  summary:
    'Lists the published templates with their versions; mail that is pinned to an older one still uses it.',
  positionals: [],
  options: { ...pipelineOptions },
  async run(call, { out }) {
    const { outputs } = await connect(call);
    const store = bucket(outputs.BucketName);
    const catalogue = templates(store, Date.now);
    const entries: Entry[] = [];
    for (const each of await publishedTemplates(store, objectList(outputs.BucketName))) {
      entries.push(await entryOf(each, catalogue));
    }
    out(call.flag('json') ? JSON.stringify(entries) : renderEntries(entries));
    return entries.some(({ problem }) => problem !== undefined) ? 1 : 0;
  },
};

interface Entry {
  readonly name: string;
  readonly hash: string;
  readonly category?: string;
  readonly topic?: string;
  readonly locales?: readonly string[];
  /** RFC 3339. */
  readonly publishedAt: string;
  /** Newest first. */
  readonly versions: readonly { readonly hash: string; readonly writtenAt: string }[];
  /** Why senders refuse it. */
  readonly problem?: string;
}

async function entryOf(
  { name, hash, publishedAtMs, versions }: PublishedTemplate,
  catalogue: Templates,
): Promise<Entry> {
  const entry = {
    name,
    hash,
    publishedAt: formatTimestamp(publishedAtMs),
    versions: versions.map((each) => ({ hash: each.hash, writtenAt: formatTimestamp(each.writtenAtMs) })),
  };
  try {
    const template = await catalogue.find(name, hash);
    if (template === undefined) return { ...entry, problem: 'its published version is missing' };
    const { category, topic, locales } = template;
    return { ...entry, category, ...(topic !== undefined && { topic }), locales: Object.keys(locales) };
  } catch (error) {
    if (error instanceof InputError) return { ...entry, problem: error.message };
    throw error;
  }
}

function renderEntries(entries: readonly Entry[]): string {
  return renderTable(
    ['template', 'hash', 'category', 'locales', 'published', 'versions'],
    entries.map(({ name, hash, category, topic, locales, publishedAt, versions, problem }) => [
      name,
      hash,
      problem ?? (topic === undefined ? category : `${category}: ${topic}`),
      locales?.join(', '),
      publishedAt,
      versions.length,
    ]),
  );
}
