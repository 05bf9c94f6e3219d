import { compileTemplate } from '../../domain/template/compile/compile-template.ts';
import type { Messages, MjmlCompiler } from '../../domain/template/compile/source.ts';
import type { DataSchema } from '../../domain/template/compiled.ts';
import { mustachesOf } from '../../domain/template/mustache.ts';

/** One MJML file, compiled on its own, or all that is wrong with it. */
export type CompiledFile =
  | { readonly html: string; readonly text: string; readonly schema: DataSchema; readonly problems?: never }
  | { readonly problems: readonly FileProblem[] };

export interface FileProblem {
  readonly code: string;
  /** The MJML file, or its string file with the name of the string. */
  readonly file: string;
  /** From 1; absent when the fault is not in one place. */
  readonly line?: number;
  readonly column?: number;
  /** The construct and the remedy. */
  readonly message: string;
}

const name = 'file';
const locale = 'en';

/**
 * Compiles MJML that belongs to no template folder: without shared parts, as marketing when it shows the way to
 * unsubscribe.
 *
 * @param file - What problems call the MJML.
 * @param strings - For `{{@t.key}}`.
 */
export async function compileFile(
  file: string,
  mjml: string,
  strings: Messages,
  compiler: MjmlCompiler,
): Promise<CompiledFile> {
  const compilation = await compileTemplate(
    {
      name,
      mjml,
      meta: {
        ...(mjml.includes('unsubscribeUrl')
          ? { category: 'marketing' as const, topic: 'any' }
          : { category: 'transactional' as const }),
        defaultLocale: locale,
        from: { localPart: 'sender' },
      },
      messages: { [locale]: { subject: 'Subject', fromName: 'Sender', ...strings } },
      sharedParts: {},
      sharedMessages: {},
    },
    compiler,
  );
  if (compilation.problems) {
    return {
      problems: compilation.problems.map(({ code, field, message }) => ({
        code,
        ...placed(file, field, message),
      })),
    };
  }
  const { schema, locales } = compilation.template;
  const { html = [], text = [] } = locales[locale] ?? {};
  return { html: mustachesOf(html), text: mustachesOf(text), schema };
}

/** `file/template.mjml:3:5 (en): what` as a place in the file that was asked for, and what is wrong there. */
function placed(file: string, field: string, message: string): Omit<FileProblem, 'code'> {
  const [, within = field, line, column] = /^(.*?)(?::(\d+):(\d+))?$/s.exec(field) ?? [];
  const what = message.replace(field, '').replace(/^(?: \(\w+\))?: /, '');
  return {
    file: within.replace(`${name}/`, '').replace('template.mjml', () => file),
    ...(line !== undefined && column !== undefined && { line: Number(line), column: Number(column) }),
    message: what,
  };
}
