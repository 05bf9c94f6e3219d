import { bucket } from '../../aws/bucket.ts';
import { objectList } from '../../aws/object-list.ts';
import { publishedTemplates } from '../../aws/published-templates.ts';
import { templates } from '../../aws/templates.ts';
import { type Command, CommandError, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { renderTable } from '../table.ts';
import { type Comparison, compare, describe, isBreaking } from './compare.ts';
import { directoryOf, templatesOption } from './directory.ts';

export const templateDiff: Command = {
  name: 'template diff',
  summary:
    'Shows how the templates differ from the published ones; ends with 1 when publishing would break something.',
  positionals: ['[NAME…]'],
  options: { ...templatesOption, ...pipelineOptions },
  async run(call, { out }) {
    const { checkFolder, isPublishable } = await import('./check-folder.ts');
    const checked = await checkFolder(directoryOf(call), call.positionals);
    const broken = checked.filter(({ template }) => template === undefined).map(({ name }) => name);
    if (broken.length > 0 && !isPublishable(checked)) {
      throw new CommandError(`${broken.join(', ')} does not compile; "todoke template check" tells why`);
    }
    const { outputs } = await connect(call);
    const store = bucket(outputs.BucketName);
    const catalogue = templates(store, Date.now);
    const comparisons: Comparison[] = [];
    for (const { template } of checked) if (template) comparisons.push(await compare(template, catalogue));
    if (call.positionals.length === 0) {
      const known = new Set(checked.map(({ name }) => name));
      for (const { name, hash } of await publishedTemplates(store, objectList(outputs.BucketName))) {
        if (!known.has(name)) comparisons.push(removed(name, hash));
      }
    }
    out(call.flag('json') ? JSON.stringify(comparisons) : renderComparisons(comparisons));
    return comparisons.some(isBreaking) ? 1 : 0;
  },
};

function removed(name: string, published: string): Comparison {
  const message = 'the template is gone; its published version stays, and mail can be sent with it';
  return { name, published, outcome: 'removed', changes: [{ breaking: true, about: 'template', message }] };
}

function renderComparisons(comparisons: readonly Comparison[]): string {
  return renderTable(
    ['template', 'published', 'here', 'difference'],
    comparisons.map((each) => [
      each.name,
      each.published?.slice(0, 8),
      each.hash?.slice(0, 8),
      each.outcome === 'removed' ? `BREAKING: ${each.changes[0]?.message}` : describe(each),
    ]),
  );
}
