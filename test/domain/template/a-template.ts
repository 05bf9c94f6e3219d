import { loadMjml } from '../../../cli/template/mjml-compiler.ts';
import { type Compilation, compileTemplate } from '../../../domain/template/compile/compile-template.ts';
import type { Messages, TemplateMeta, TemplateSource } from '../../../domain/template/compile/source.ts';
import type { CompiledTemplate } from '../../../domain/template/compiled.ts';

let mjml: ReturnType<typeof loadMjml> | undefined;

/** A template `demo` in one locale; a test names only what matters. */
export function aTemplate(
  parts: Partial<Omit<TemplateSource, 'meta'>> & {
    readonly meta?: Partial<TemplateMeta>;
    readonly en?: Messages;
  },
): TemplateSource {
  const { meta, en, ...rest } = parts;
  return {
    name: 'demo',
    mjml: inText('Hello'),
    messages: { en: { subject: 'Hello', fromName: 'Example', ...en } },
    sharedParts: {},
    sharedMessages: {},
    ...rest,
    meta: { category: 'transactional', defaultLocale: 'en', from: { localPart: 'no-reply' }, ...meta },
  };
}

/** MJML with one mj-text. */
export function inText(content: string): string {
  return inColumn(`<mj-text>${content}</mj-text>`);
}

export function inColumn(content: string): string {
  return inBody(`<mj-section><mj-column>${content}</mj-column></mj-section>`);
}

export function inBody(content: string): string {
  return `<mjml><mj-body>${content}</mj-body></mjml>`;
}

export function compile(source: TemplateSource): Promise<Compilation> {
  mjml ??= loadMjml();
  return compileTemplate(source, mjml);
}

/** The compiled template of a source that is known to be right. */
export async function compiled(source: TemplateSource): Promise<CompiledTemplate> {
  const compilation = await compile(source);
  if (compilation.problems)
    throw new AggregateError(compilation.problems, compilation.problems.map(String).join('\n'));
  return compilation.template;
}

/** The codes of all that is wrong with a source. */
export async function problemCodes(source: TemplateSource): Promise<string[]> {
  return ((await compile(source)).problems ?? []).map(({ code }) => code);
}
