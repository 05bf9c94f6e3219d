import { parse } from 'yaml';
import { type Command, CommandError } from '../command.ts';
import { readInput } from '../read-input.ts';
import type { FileProblem } from './compile-file.ts';

export const templateCompile: Command = {
  name: 'template compile',
  summary:
    'Compiles one MJML file on its own and writes its HTML, with the holes as mustaches, or names what is wrong.',
  positionals: ['FILE'],
  options: {
    strings: { type: 'string', value: 'FILE', help: 'YAML with a line "key: text" for each {{@t.key}}' },
    minify: { type: 'boolean', help: 'as it is sent: without the white space that no reader sees' },
    text: { type: 'boolean', help: 'write the text part instead' },
    json: {
      type: 'boolean',
      help: '{html, text, schema}, or {problems} with line, column, message and code',
    },
  },
  async run(call, { out, err }) {
    const [file = ''] = call.positionals;
    const mjml = await source(file);
    const strings = await stringsOf(call.text('strings'));
    // MJML takes a second to load, which other commands need not wait for.
    const [{ loadMjml }, { compileFile }] = await Promise.all([
      import('./mjml-compiler.ts'),
      import('./compile-file.ts'),
    ]);
    const load = () => loadMjml(call.flag('minify') ? 'sent' : 'plain');
    const compiled = await compileFile(file, mjml, strings, compiler(load));
    if (call.flag('json')) out(JSON.stringify(compiled));
    else if (compiled.problems) compiled.problems.map(renderProblem).forEach(err);
    else out(call.flag('text') ? compiled.text : compiled.html);
    return compiled.problems ? 1 : 0;
  },
};

/** Line ends are LF whatever the machine, as in a template folder. */
async function source(file: string): Promise<string> {
  return (await readInput(file)).toString('utf8').replaceAll('\r\n', '\n');
}

async function stringsOf(file: string | undefined): Promise<Record<string, string>> {
  if (file === undefined) return {};
  const value: unknown = parse(await source(file));
  const entries: [string, unknown][] =
    typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.map(([key, text]) => {
      if (typeof text !== 'string') throw new CommandError(`${file}: ${key} is not a text`);
      return [key, text];
    }),
  );
}

function compiler<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}

function renderProblem({ file, line, column, message, code }: FileProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  return `${place}: ${message} [${code}]`;
}
