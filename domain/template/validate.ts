import { InputError } from '../errors.ts';
import { type CompiledTemplate, reservedNames } from './compiled.ts';
import { renderMail } from './render.ts';
import { schemaProblems } from './schema-check.ts';

/**
 * What keeps `data` from becoming a mail; empty when nothing does. The same check serves whoever publishes, plans
 * and sends: the derived schema first, and when that holds, a rendering.
 *
 * @param data - The publisher's own data, without what the pipeline provides.
 * @param locale - The one that will be rendered; without it, all of them.
 */
export function missingData(
  template: CompiledTemplate,
  data: Readonly<Record<string, unknown>>,
  locale?: string,
): InputError[] {
  const reserved = reservedNames
    .filter((name) => Object.hasOwn(data, name))
    .map(
      (name) =>
        new InputError('reserved-name', name, `${name} is provided by the pipeline; leave it out of data`),
    );
  const problems = [...reserved, ...schemaProblems(template.schema, data)];
  if (problems.length > 0) return problems;
  const complete = {
    ...data,
    recipient: { address: 'recipient@example.com', name: 'Recipient' },
    unsubscribeUrl: 'https://example.com/u/token',
  };
  const locales = locale === undefined ? Object.keys(template.locales) : [locale];
  return locales.flatMap((each) => renderingProblem(template, each, complete));
}

function renderingProblem(
  template: CompiledTemplate,
  locale: string,
  data: Readonly<Record<string, unknown>>,
): InputError[] {
  try {
    renderMail(template, locale, data);
    return [];
  } catch (error) {
    if (error instanceof InputError) return [error];
    throw error;
  }
}
