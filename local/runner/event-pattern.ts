import { InputError } from '../../domain/errors.ts';
import { isObject, type Json, type JsonObject, listOf } from './json.ts';

/** Whether an event (or, for SNS filter policies, a message) matches. */
export type EventMatcher = (event: JsonObject) => boolean;

/** @param values - What the event has at the path: none when it is absent, several when it is an array. */
type ValueTest = (values: readonly Json[]) => boolean;

/**
 * Compiles an EventBridge event pattern, as described in "Comparison operators for use in event patterns".
 *
 * @throws InputError `unknown-operator` for an operator that is not done here.
 */
export function compileEventPattern(pattern: JsonObject, where: string): EventMatcher {
  const tests = Object.entries(pattern).map(([key, rule]) => compileField(key, rule, `${where}.${key}`));
  return (event) => tests.every((test) => test(event));
}

function compileField(key: string, rule: Json, where: string): EventMatcher {
  if (key === '$or') {
    const branches = listOf(rule).map((branch, index) => {
      if (!isObject(branch)) {
        throw new InputError('event-pattern', where, `${where} takes a list of patterns`);
      }
      return compileEventPattern(branch, `${where}[${index}]`);
    });
    return (event) => branches.some((branch) => branch(event));
  }
  if (isObject(rule)) {
    const nested = compileEventPattern(rule, where);
    return (event) => {
      const value = event[key];
      // An array of objects matches when one of its elements does; an absent object still satisfies `exists: false`.
      return Array.isArray(value)
        ? value.some((item) => isObject(item) && nested(item))
        : nested(isObject(value) ? value : {});
    };
  }
  if (!Array.isArray(rule) || rule.length === 0) {
    throw new InputError('event-pattern', where, `${where} takes a list of values or a nested pattern`);
  }
  const tests = rule.map((entry, index) => compileEntry(entry, `${where}[${index}]`));
  return (event) => {
    const value = event[key];
    const values = value === undefined || isObject(value) ? [] : Array.isArray(value) ? value : [value];
    return tests.some((test) => test(values));
  };
}

function compileEntry(entry: Json, where: string): ValueTest {
  if (!isObject(entry)) {
    return (values) => values.includes(entry);
  }
  const [[operator, argument] = [undefined, undefined], ...more] = Object.entries(entry);
  if (operator === undefined || argument === undefined || more.length > 0) {
    throw new InputError('event-pattern', where, `${where} takes one operator`);
  }
  if (operator === 'exists') {
    return (values) => values.length > 0 === (argument === true);
  }
  if (operator === 'anything-but') {
    const matches = compileAnythingBut(argument, where);
    return (values) => values.some((value) => !matches(value));
  }
  const test = compileOperator(operator, argument, where);
  return (values) => values.some(test);
}

function compileAnythingBut(argument: Json, where: string): (value: Json) => boolean {
  if (isObject(argument)) {
    const tests = Object.entries(argument).flatMap(([operator, operand]) =>
      (Array.isArray(operand) ? operand : [operand]).map((one) => compileOperator(operator, one, where)),
    );
    return (value) => tests.some((test) => test(value));
  }
  const excluded = Array.isArray(argument) ? argument : [argument];
  return (value) => excluded.includes(value);
}

function compileOperator(operator: string, argument: Json, where: string): (value: Json) => boolean {
  const ignoreCase = isObject(argument) ? argument['equals-ignore-case'] : undefined;
  const wanted = String(ignoreCase ?? argument);
  const folded = (text: string) => (ignoreCase === undefined ? text : text.toLowerCase());
  const onText = (test: (text: string) => boolean) => (value: Json) =>
    typeof value === 'string' && test(value);
  switch (operator) {
    case 'prefix':
      return onText((text) => folded(text).startsWith(folded(wanted)));
    case 'suffix':
      return onText((text) => folded(text).endsWith(folded(wanted)));
    case 'equals-ignore-case':
      return onText((text) => text.toLowerCase() === wanted.toLowerCase());
    case 'wildcard': {
      const literals = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
      const expression = new RegExp(`^${literals.join('.*')}$`, 's');
      return onText((text) => expression.test(text));
    }
    case 'numeric':
      return compileNumeric(listOf(argument), where);
    default:
      throw new InputError('unknown-operator', where, `operator ${operator} at ${where} is not done here`);
  }
}

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function compileNumeric(terms: readonly Json[], where: string): (value: Json) => boolean {
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < terms.length; index += 2) {
    const compare = comparisons[String(terms[index])];
    const limit = terms[index + 1];
    if (compare === undefined || typeof limit !== 'number') {
      throw new InputError(
        'event-pattern',
        where,
        `numeric at ${where} takes pairs of comparison and number`,
      );
    }
    tests.push((value) => compare(value, limit));
  }
  return (value) => typeof value === 'number' && tests.length > 0 && tests.every((test) => test(value));
}
