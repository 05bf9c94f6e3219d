import { writeFile } from 'node:fs/promises';
import type { Command } from '../command.ts';
import { CommandError } from '../command.ts';
import { directoryOf, templatesOption } from './directory.ts';

export const templateTypes: Command = {
  name: 'template types',
  summary:
    'Writes TypeScript types of the data of every template, so that publishing with wrong data does not compile.',
  positionals: [],
  options: {
    ...templatesOption,
    out: { type: 'string', value: 'FILE', help: 'where to write them; on standard output by default' },
    json: { type: 'boolean', help: 'the JSON Schema of the data instead, by template' },
  },
  async run(call, { out, err }) {
    const { compileFolder } = await import('./compile-folder.ts');
    const { typeScriptOf } = await import('../../domain/template/typescript.ts');
    const templates = await compileFolder(directoryOf(call)).catch((error: unknown) => {
      if (!(error instanceof AggregateError)) throw error;
      throw new CommandError(`${error.message}; "todoke template check" tells them`);
    });
    const text = call.flag('json')
      ? `${JSON.stringify(Object.fromEntries(templates.map(({ name, schema }) => [name, schema])), undefined, 2)}\n`
      : typeScriptOf(templates);
    const file = call.text('out');
    if (file === undefined) out(text.trimEnd());
    else {
      await writeFile(file, text);
      err(`wrote the types of ${templates.length} templates to ${file}`);
    }
    return 0;
  },
};
