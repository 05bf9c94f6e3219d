import { InputError } from '../../domain/errors.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { isObject, type Json, type JsonObject, listOf } from './json.ts';

/**
 * Evaluates the template's Conditions section.
 *
 * @throws InputError when conditions refer to each other in a circle, or use an unknown function.
 */
export function evaluateConditions(
  conditions: JsonObject,
  scope: Omit<Scope, 'conditions' | 'resource'>,
): Map<string, boolean> {
  const known = new Map<string, boolean>();
  const underway = new Set<string>();
  const valueScope: Scope = { ...scope, conditions: known, resource: () => undefined };

  const named = (name: string, where: string): boolean => {
    const ready = known.get(name);
    const definition = conditions[name];
    if (ready !== undefined) {
      return ready;
    }
    if (definition === undefined || underway.has(name)) {
      throw new InputError(
        'unknown-condition',
        where,
        `condition ${name} at ${where} is missing or refers to itself`,
      );
    }
    underway.add(name);
    const holds = evaluate(definition, `Conditions.${name}`);
    known.set(name, holds);
    return holds;
  };

  const evaluate = (definition: Json, where: string): boolean => {
    const [[operator, argument] = []] = isObject(definition) ? Object.entries(definition) : [];
    const operands = listOf(argument);
    switch (operator) {
      case 'Condition':
        return named(String(argument), where);
      case 'Fn::And':
        return operands.every((operand) => evaluate(operand, where));
      case 'Fn::Or':
        return operands.some((operand) => evaluate(operand, where));
      case 'Fn::Not':
        return operands.length === 1 && !operands.some((operand) => evaluate(operand, where));
      case 'Fn::Equals': {
        const [left, right] = operands.map((operand) => JSON.stringify(resolve(operand, valueScope, where)));
        return left === right;
      }
      default:
        throw new InputError(
          'unknown-intrinsic',
          where,
          `condition function ${String(operator)} at ${where} is not known here`,
        );
    }
  };

  for (const name of Object.keys(conditions)) {
    named(name, `Conditions.${name}`);
  }
  return known;
}
