import type { Argument, FormatOp, Op, Part, Path } from './compiled.ts';

/**
 * A compiled part with its holes as mustaches again, for people to read and for Handlebars to run. It means the same
 * as the source, but is not written as it was: `{{#unless}}` and `{{else if}}` come back as `{{#if}}`.
 */
export function mustachesOf(part: Part): string {
  return part.map(textOf).join('');
}

function textOf(op: Op): string {
  if (typeof op === 'string') return op;
  switch (op[0]) {
    case 'v':
      return `{{${pathText(op[1])}}}`;
    case 'f':
      return formatText(op);
    case 'i':
      return block('if', op[1], op[2], op[3]);
    case 'e':
      return block('each', op[1], op[2], op[3]);
  }
}

function block(word: string, path: Path, body: Part, otherwise: Part): string {
  const alternative = otherwise.length > 0 ? `{{else}}${mustachesOf(otherwise)}` : '';
  return `{{#${word} ${pathText(path)}}}${mustachesOf(body)}${alternative}{{/${word}}}`;
}

function formatText([, helper, args]: FormatOp): string {
  return `{{${[helper, ...args.map(argumentText)].join(' ')}}}`;
}

function argumentText(argument: Argument): string {
  if (typeof argument === 'number') return String(argument);
  if (typeof argument === 'object') return pathText(argument);
  return argument.includes("'") ? `"${argument}"` : `'${argument}'`;
}

function pathText([up, ...names]: Path): string {
  const steps = '../'.repeat(up);
  return names.length > 0 ? steps + names.join('.') : up > 0 ? steps.slice(0, -1) : 'this';
}
