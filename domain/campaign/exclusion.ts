import { InputError } from '../errors.ts';

/** Why the planner left a row out; without personal data, since the row can be looked up by its number. */
export interface Exclusion {
  /** Counts on from file to file. */
  readonly row: number;
  /** Which of several files it is in, from 1. */
  readonly file?: number;
  readonly why: 'invalid' | 'duplicate' | 'rejected' | 'suppressed' | 'capped';
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

export function exclusion(
  row: number,
  why: Exclusion['why'],
  { code, field, message }: Pick<InputError, 'code' | 'field' | 'message'>,
): Exclusion {
  return { row, why, code, field, message };
}

/** @throws what is no InputError */
export function invalidRow(row: number, error: unknown): Exclusion {
  if (error instanceof InputError) {
    return exclusion(row, 'invalid', error);
  }
  throw error;
}
