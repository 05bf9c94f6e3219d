import { bucket } from '../../aws/bucket.ts';
import { publishTemplate, templates } from '../../aws/templates.ts';
import { renderFinding } from '../../domain/template/check/finding.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { canonicalJson } from '../../domain/template/content-hash.ts';
import { type Command, CommandError, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { renderTable } from '../table.ts';
import { type Comparison, compare, describe, isBreaking } from './compare.ts';
import { directoryOf, templatesOption } from './directory.ts';

export const templatePublish: Command = {
  name: 'template publish',
  summary:
    'Checks templates and makes them the published ones, without a deploy; senders use them within a minute.',
  positionals: ['[NAME…]'],
  options: {
    ...templatesOption,
    yes: { type: 'boolean', help: 'publish breaking changes without asking (a deployed stack only)' },
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const { checkFolder, isPublishable } = await import('./check-folder.ts');
    const checked = await checkFolder(directoryOf(call), call.positionals);
    for (const finding of checked.flatMap(({ findings }) => findings)) {
      if (finding.severity === 'error') err(renderFinding(finding));
    }
    if (!isPublishable(checked)) throw new CommandError('nothing was published: a template has errors');
    const compiled = checked.flatMap(({ template }) => (template ? [template] : []));
    const { outputs, localEndpoint } = await connect(call);
    const store = bucket(outputs.BucketName);
    const pairs: { template: CompiledTemplate; comparison: Comparison }[] = [];
    const catalogue = templates(store, Date.now);
    for (const template of compiled) pairs.push({ template, comparison: await compare(template, catalogue) });
    const breaking = pairs.filter(({ comparison }) => isBreaking(comparison));
    if (breaking.length > 0 && localEndpoint === undefined && !call.flag('yes')) {
      for (const { comparison } of breaking) err(`${comparison.name}: ${describe(comparison)}`);
      throw new CommandError(
        `nothing was published: ${breaking.length} of these templates would break what is published with today's data; repeat with --yes`,
      );
    }
    for (const { template, comparison } of pairs) {
      if (comparison.outcome !== 'same') {
        await publishTemplate(store, template.name, template.hash, canonicalJson(template));
      }
    }
    const comparisons = pairs.map(({ comparison }) => comparison);
    out(call.flag('json') ? JSON.stringify(comparisons) : renderPublished(comparisons));
    return 0;
  },
};

function renderPublished(comparisons: readonly Comparison[]): string {
  return renderTable(
    ['template', 'published', 'before', 'difference'],
    comparisons.map((each) => [
      each.name,
      each.hash,
      each.published?.slice(0, 8),
      each.outcome === 'same' ? 'same, left as it is' : describe(each),
    ]),
  );
}
