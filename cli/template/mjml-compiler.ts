import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { MjmlCompiler } from '../../domain/template/compile/source.ts';

/** What MJML 5 answers, and the shape of the error it throws when strict. */
interface Answer {
  readonly html: string;
}
interface Rejection {
  readonly errors: readonly { readonly line: number; readonly message: string; readonly tagName: string }[];
}
type Mjml = (source: string, options: Readonly<Record<string, unknown>>) => Promise<Answer>;

/**
 * Of all that MJML's minifier changes, white space between elements alone: attributes, their values and style sheets
 * stay as MJML wrote them. It also writes void elements without a slash and drops the marks `<!-- htmlmin:ignore -->`.
 */
const onlyWhiteSpace = {
  collapseWhitespace: 'conservative',
  collapseAttributeWhitespace: false,
  collapseBooleanAttributes: false,
  deduplicateAttributeValues: false,
  minifyAttributes: false,
  minifyCss: false,
  minifyHtmlTemplate: false,
  minifyJson: false,
  minifySvg: false,
  normalizeAttributeValues: false,
  removeEmptyAttributes: false,
  sortAttributesWithLists: false,
};

/**
 * Loads MJML, which takes a second. Strict, without `mj-include`.
 *
 * @param form - `sent` leaves out the white space that no reader sees, a fifth of a mail; `plain` is byte for byte what
 *   MJML makes by its defaults.
 * @throws Error when the working directory has a `.mjmlconfig`, from which MJML would load and run packages.
 */
export function loadMjml(form: 'sent' | 'plain' = 'sent'): MjmlCompiler {
  const config = resolve('.mjmlconfig');
  if (existsSync(config)) {
    throw new Error(
      `${config} exists; MJML would run the packages it names, so templates are not compiled beside it`,
    );
  }
  const mjml: Mjml = createRequire(import.meta.url)('mjml');
  return async (source) => {
    try {
      const { html } = await mjml(source, {
        validationLevel: 'strict',
        ignoreIncludes: true,
        ...(form === 'sent' && { minify: true, minifyOptions: onlyWhiteSpace }),
      });
      return { html, errors: [] };
    } catch (error) {
      // Without a body, with a style sheet that is none: MJML and what it is made of throw plain errors.
      if (!isRejection(error)) return { html: '', errors: [{ line: 1, message: messageOf(error) }] };
      return {
        html: '',
        errors: error.errors.map(({ line, message, tagName }) => ({
          line,
          message: `<${tagName}>: ${message.trim()}`,
        })),
      };
    }
  };
}

function messageOf(error: unknown): string {
  return `MJML gives up: ${error instanceof Error ? error.message : String(error)}`;
}

function isRejection(error: unknown): error is Rejection {
  return typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors);
}
