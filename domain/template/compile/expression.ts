import Handlebars from 'handlebars';
import type { Argument, Helper, Path } from '../compiled.ts';
import { dateStyles } from '../format/format.ts';
import type { TemplateMeta } from './source.ts';

/** What one `{{…}}` means. */
export type Tag =
  | { readonly kind: 'value'; readonly path: Path }
  | { readonly kind: 'format'; readonly helper: Helper; readonly args: readonly Argument[] }
  | { readonly kind: 'open'; readonly block: Block; readonly path: Path }
  | { readonly kind: 'else' }
  | { readonly kind: 'else-if'; readonly path: Path }
  | { readonly kind: 'close'; readonly block: Block };

export type Block = 'if' | 'unless' | 'each';

/** Not in the subset; says what to write instead. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const helpers: ReadonlySet<string> = new Set<Helper>(['currency', 'number', 'date', 'lines']);
const name = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads what stands between the braces. Handlebars parses, so that a template means here what it means there.
 *
 * @param defaults - Currency and time zone for helpers that are not told one.
 * @throws ExpressionError when the subset does not have it.
 */
export function parseExpression(inner: string, defaults: Pick<TemplateMeta, 'currency' | 'timeZone'>): Tag {
  if (inner === 'else') return { kind: 'else' };
  const close = /^\/\s*(\S+)$/.exec(inner);
  if (close) return { kind: 'close', block: blockOf(close[1] ?? '') };
  const elseIf = /^else\s+(\S+)\s+(.+)$/s.exec(inner);
  if (elseIf) {
    if (elseIf[1] !== 'if')
      throw new ExpressionError('else-block', 'only {{else}} and {{else if …}} are supported');
    return { kind: 'else-if', path: pathOf(onlyParameter(call(elseIf[2] ?? '', 'if'))) };
  }
  const open = /^#\s*(\S+)\s*(.*)$/s.exec(inner);
  if (open) {
    const block = blockOf(open[1] ?? '');
    return { kind: 'open', block, path: pathOf(onlyParameter(call(open[2] ?? '', block))) };
  }
  return mustache(parse(inner), defaults);
}

function mustache(
  statement: hbs.AST.MustacheStatement,
  defaults: Pick<TemplateMeta, 'currency' | 'timeZone'>,
): Tag {
  if (statement.hash?.pairs.length)
    throw new ExpressionError('hash', 'name=value arguments are not supported');
  const { path, params } = statement;
  const word = isPath(path) && path.parts.length === 1 && path.depth === 0 ? path.original : '';
  if (helpers.has(word)) return formatTag(word, params, defaults);
  if (params.length > 0) {
    throw new ExpressionError(
      'unknown-helper',
      `there is no helper of this name; there are ${[...helpers].join(', ')}`,
    );
  }
  return { kind: 'value', path: pathOf(path) };
}

function formatTag(
  helper: string,
  params: readonly hbs.AST.Expression[],
  defaults: Pick<TemplateMeta, 'currency' | 'timeZone'>,
): Tag {
  const [subject, first, second, ...more] = params;
  const surplus = [first, second, ...more].filter((param) => param !== undefined).length;
  if (subject === undefined) {
    throw new ExpressionError(
      'helper-argument',
      `${helper} is a helper and needs a value: {{${helper} price}}`,
    );
  }
  const path = pathOf(subject);
  switch (helper) {
    case 'lines':
      allow(surplus === 0, 'lines takes one value: {{lines message}}');
      return { kind: 'format', helper, args: [path] };
    case 'number': {
      const digits = first === undefined ? undefined : literalOf(first);
      allow(surplus <= 1, 'number takes a value and the digits after the decimal sign: {{number ratio 2}}');
      allow(
        digits === undefined ||
          (typeof digits === 'number' && Number.isInteger(digits) && digits >= 0 && digits <= 10),
        'the digits after the decimal sign are a number from 0 to 10',
      );
      return { kind: 'format', helper, args: digits === undefined ? [path] : [path, digits] };
    }
    case 'currency': {
      const currency = first === undefined ? defaults.currency : argumentOf(first);
      allow(surplus <= 1, "currency takes a value and a code: {{currency price 'JPY'}}");
      if (currency === undefined) {
        throw new ExpressionError(
          'helper-argument',
          "no currency: write {{currency price 'JPY'}} or set it in meta.yaml",
        );
      }
      return { kind: 'format', helper, args: [path, currency] };
    }
    case 'date': {
      const style = first === undefined ? 'long' : literalOf(first);
      const timeZone = second === undefined ? defaults.timeZone : argumentOf(second);
      allow(surplus <= 2, "date takes a value, a style and a time zone: {{date due 'long' 'Asia/Tokyo'}}");
      if (!dateStyles.some((known) => known === style)) {
        throw new ExpressionError(
          'helper-argument',
          `the style of a date is one of: ${dateStyles.join(', ')}`,
        );
      }
      if (timeZone === undefined) {
        throw new ExpressionError(
          'helper-argument',
          "no time zone: write {{date due 'long' 'Asia/Tokyo'}} or set timeZone in meta.yaml",
        );
      }
      return { kind: 'format', helper, args: [path, style, timeZone] };
    }
    default:
      throw new ExpressionError('unknown-helper', `there is no helper ${helper}`);
  }
}

function allow(condition: boolean, remedy: string): void {
  if (!condition) throw new ExpressionError('helper-argument', remedy);
}

function parse(inner: string): hbs.AST.MustacheStatement {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parseWithoutProcessing(`{{${inner}}}`);
  } catch {
    throw new ExpressionError('syntax', 'this is not a value, a helper call or a block');
  }
  const statement = program.body[0];
  if (program.body.length !== 1 || statement === undefined || !isMustache(statement)) {
    throw new ExpressionError('syntax', 'this is not a value, a helper call or a block');
  }
  return statement;
}

/** The arguments of a block, read as if they were those of a helper. */
function call(argumentsText: string, block: string): hbs.AST.MustacheStatement {
  const statement = parse(`${block} ${argumentsText}`);
  if (statement.hash?.pairs.length)
    throw new ExpressionError('hash', 'name=value arguments are not supported');
  return statement;
}

function onlyParameter(statement: hbs.AST.MustacheStatement): hbs.AST.Expression {
  const [only, ...more] = statement.params;
  if (only === undefined || more.length > 0) {
    throw new ExpressionError('block-argument', 'a block takes exactly one path: {{#if order.note}}');
  }
  return only;
}

function blockOf(word: string): Block {
  if (word === 'if' || word === 'unless' || word === 'each') return word;
  if (word === 'with')
    throw new ExpressionError('unknown-block', '#with is not supported; write the paths in full');
  throw new ExpressionError('unknown-block', 'the blocks are #if, #unless and #each');
}

function pathOf(expression: hbs.AST.Expression | hbs.AST.Literal): Path {
  if (!isPath(expression)) {
    throw new ExpressionError('literal', 'a path to a value belongs here, not a literal or an expression');
  }
  if (expression.data) {
    throw new ExpressionError('data-variable', 'of the @ names only @t.key and @shared.name exist');
  }
  const parts = expression.parts.map(String);
  const bad = parts.find((part) => !name.test(part) || forbiddenNames.has(part));
  if (bad !== undefined) {
    throw new ExpressionError(
      'name',
      `"${bad}" cannot be a name; names are letters, digits, _ and -, a letter first`,
    );
  }
  return [expression.depth, ...parts];
}

function argumentOf(expression: hbs.AST.Expression): Argument {
  return isPath(expression) ? pathOf(expression) : literalOf(expression);
}

function literalOf(expression: hbs.AST.Expression): string | number {
  if (isLiteral(expression)) {
    if (typeof expression.value === 'string' && expression.value.includes('<')) {
      throw new ExpressionError(
        'literal',
        'a string with "<" does not survive MJML; write the text outside the braces',
      );
    }
    return expression.value;
  }
  throw new ExpressionError('helper-argument', 'a quoted string or a number belongs here');
}

function isPath(node: hbs.AST.Node): node is hbs.AST.PathExpression {
  return node.type === 'PathExpression';
}

function isMustache(node: hbs.AST.Node): node is hbs.AST.MustacheStatement {
  return node.type === 'MustacheStatement';
}

function isLiteral(node: hbs.AST.Node): node is hbs.AST.StringLiteral | hbs.AST.NumberLiteral {
  return node.type === 'StringLiteral' || node.type === 'NumberLiteral';
}
