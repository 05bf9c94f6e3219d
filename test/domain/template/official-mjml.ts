import { createRequire } from 'node:module';
import { compileTemplate } from '../../../domain/template/compile/compile-template.ts';
import type { MjmlCompiler } from '../../../domain/template/compile/source.ts';
import type { CompiledTemplate } from '../../../domain/template/compiled.ts';
import { renderPart } from '../../../domain/template/render.ts';
import { aTemplate } from './a-template.ts';

/** The official library as people call it: with its own defaults, or with those options. */
export const officialMjml: (
  source: string,
  options?: object,
) => Promise<{ readonly html: string; readonly errors: readonly unknown[] }> = createRequire(import.meta.url)(
  'mjml',
);

/** What `mjml` gives, with the repairs that show in HTML; docs/templates.md has them all. */
export function repaired(html: string): string {
  return numbered(
    html.replace(/(<body[^>]*>\s*<div style="display:none;font-size:1px;)color:#ffffff;/, '$1'),
  );
}

/** MJML draws the ids of carousels and navigation bars anew every time; ours count up from 1. */
function numbered(html: string): string {
  const ids = new Map<string, string>();
  if (!/mj-carousel-radio|mj-menu-checkbox/.test(html)) return html;
  return html.replace(/[0-9a-f]{16}/g, (id) => {
    const known = ids.get(id) ?? `${ids.size + 1}`.padStart(16, '0');
    ids.set(id, known);
    return known;
  });
}

/** The HTML that ours makes of MJML without tags. */
export async function htmlOfMjml(source: string, compiler: MjmlCompiler): Promise<string> {
  const compilation = await compileTemplate(aTemplate({ mjml: source }), compiler);
  if (compilation.problems) throw new AggregateError(compilation.problems, String(compilation.problems));
  return htmlWith(compilation.template, {});
}

export function htmlWith(template: CompiledTemplate, data: Readonly<Record<string, unknown>>): string {
  return renderPart(template.locales.en?.html ?? [], 'en', data);
}
