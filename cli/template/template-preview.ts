import { access } from 'node:fs/promises';
import { types } from 'node:util';
import { type Command, CommandError, UsageError } from '../command.ts';
import { directoryOf, templatesOption } from './directory.ts';

export const templatePreview: Command = {
  name: 'template preview',
  summary:
    'Shows the mails of all templates in a page on this machine that follows every save, until Ctrl+C.',
  positionals: ['[NAME]'],
  options: {
    port: { type: 'string', value: 'N', help: 'port of the page, 0 for any that is free; 4173 by default' },
    ...templatesOption,
  },
  async run(call, { out, err }) {
    const port = Number(call.text('port') ?? 4173);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new UsageError('--port takes a whole number from 0 to 65535');
    }
    const directory = directoryOf(call);
    await access(directory).catch(() => {
      throw new CommandError(`there is no directory ${directory}`);
    });
    // MJML takes a second to load, which other commands need not wait for.
    const [{ loadMjml }, { startPreview }] = await Promise.all([
      import('./mjml-compiler.ts'),
      import('./preview/server.ts'),
    ]);
    err('compiling …');
    const preview = await startPreview({
      directory,
      mjml: compiler(() => loadMjml()),
      port,
      onFault: (error) => err(`todoke: ${types.isNativeError(error) ? error.stack : error}`),
    }).catch((error: unknown) => {
      throw inUse(error) ? new CommandError(`port ${port} is in use; --port takes another`) : error;
    });
    const [name] = call.positionals;
    if (name !== undefined && !preview.drafts().some((draft) => draft.name === name)) {
      await preview.close();
      throw new CommandError(`there is no template "${name}" in ${directory}`);
    }
    out(name === undefined ? preview.url : `${preview.url}?${new URLSearchParams({ template: name })}`);
    err('Ctrl+C ends it');
    await interrupted();
    await preview.close();
    return 0;
  },
};

function compiler<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw types.isNativeError(error) ? new CommandError(error.message) : error;
  }
}

function inUse(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === 'EADDRINUSE';
}

async function interrupted(): Promise<void> {
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}
