import { type Address, parseAddress } from '../domain/address.ts';
import { InputError } from '../domain/errors.ts';
import { parseScope, type SuppressionScope } from '../domain/suppression/suppression.ts';
import { UsageError } from './command.ts';

/** The address that a command was called with. @param name - What the argument is called: ADDRESS, `--to` */
export function addressOf(argument: string, name = 'ADDRESS'): Address {
  try {
    return parseAddress(argument, name);
  } catch (error) {
    throw error instanceof InputError ? new UsageError(error.message) : error;
  }
}

export function scopeOf(option: string): SuppressionScope {
  const scope = parseScope(option);
  if (scope === undefined) {
    throw new UsageError('--scope is one of all, marketing, transactional, topic:NAME');
  }
  return scope;
}
