import { BlockList, isIPv6 } from 'node:net';
import { arnPattern, pattern } from './pattern.ts';

type Context = Readonly<Record<string, string>>;

/** One `operator: { key: values }` of a statement. */
export interface Condition {
  holds(context: Context): boolean;
}

interface Operator {
  /** The opposite of another operator: true when the key is absent, and when no value matches. */
  readonly negated: boolean;
  /** Compiles one value of the policy. */
  readonly compile: (wanted: string) => (given: string) => boolean;
}

const equals = (wanted: string) => (given: string) => given === wanted;
const equalsIgnoreCase = (wanted: string) => (given: string) => given.toLowerCase() === wanted.toLowerCase();
const like = (wanted: string) => pattern(wanted).matches;
const arnLike = (wanted: string) => arnPattern(wanted).matches;

type Comparison = (given: number, wanted: number) => boolean;
const comparisons: Readonly<Record<string, Comparison>> = {
  Equals: (given, wanted) => given === wanted,
  LessThan: (given, wanted) => given < wanted,
  LessThanEquals: (given, wanted) => given <= wanted,
  GreaterThan: (given, wanted) => given > wanted,
  GreaterThanEquals: (given, wanted) => given >= wanted,
};
const numeric = (compare: Comparison) => (wanted: string) => (given: string) =>
  compare(Number(given), Number(wanted));
const date = (compare: Comparison) => (wanted: string) => (given: string) =>
  compare(epochMs(given), epochMs(wanted));

/** ISO 8601, or epoch seconds. */
function epochMs(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function inRange(wanted: string): (given: string) => boolean {
  const [network = '', prefix] = wanted.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const range = new BlockList();
  range.addSubnet(network, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  return (given) => range.check(given, isIPv6(given) ? 'ipv6' : 'ipv4');
}

const is = (compile: Operator['compile']): Operator => ({ negated: false, compile });
const isNot = (compile: Operator['compile']): Operator => ({ negated: true, compile });

const operators: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', is(equals)],
  ['StringNotEquals', isNot(equals)],
  ['StringEqualsIgnoreCase', is(equalsIgnoreCase)],
  ['StringNotEqualsIgnoreCase', isNot(equalsIgnoreCase)],
  ['StringLike', is(like)],
  ['StringNotLike', isNot(like)],
  ['ArnEquals', is(arnLike)],
  ['ArnLike', is(arnLike)],
  ['ArnNotEquals', isNot(arnLike)],
  ['ArnNotLike', isNot(arnLike)],
  ['Bool', is(equalsIgnoreCase)],
  ['IpAddress', is(inRange)],
  ['NotIpAddress', isNot(inRange)],
  ...Object.entries(comparisons).flatMap(([name, compare]): [string, Operator][] => [
    [`Numeric${name}`, is(numeric(compare))],
    [`Date${name}`, is(date(compare))],
  ]),
  ['NumericNotEquals', isNot(numeric(comparisons.Equals ?? (() => false)))],
  ['DateNotEquals', isNot(date(comparisons.Equals ?? (() => false)))],
]);

/**
 * Compiles one operator of a `Condition` block for one key.
 *
 * @throws Error when the operator is unknown: a condition that is not understood must not be skipped.
 */
export function condition(
  operatorName: string,
  key: string,
  values: readonly string[],
  where: string,
): Condition {
  const read = readerOf(key);
  if (operatorName === 'Null') {
    const wantsAbsent = values.includes('true');
    return { holds: (context) => (read(context) === undefined) === wantsAbsent };
  }
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operatorName) ?? [];
  const operator = operators.get(base);
  if (operator === undefined) throw new Error(`${where}: unknown condition operator ${operatorName}`);
  const tests = values.map(operator.compile);
  const one = (given: string): boolean => tests.some((test) => test(given)) !== operator.negated;

  return {
    holds(context) {
      const given = read(context);
      if (given === undefined) {
        if (quantifier === 'ForAnyValue') return ifExists !== undefined;
        return operator.negated || ifExists !== undefined || quantifier === 'ForAllValues';
      }
      if (quantifier === undefined) return one(given);
      const each = given.split('\n');
      return quantifier === 'ForAllValues' ? each.every(one) : each.some(one);
    },
  };
}

/** Names of condition keys ignore case. */
function readerOf(key: string): (context: Context) => string | undefined {
  const wanted = key.toLowerCase();
  return (context) =>
    context[key] ?? Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
