import type { Text } from './text.ts';

/** Something the doctor was told, or why it was not. */
export type Fact<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: Text };

export function known<T>(value: T): Fact<T> {
  return { known: true, value };
}

export function unknown(why: Text): Fact<never> {
  return { known: false, why };
}

/** Ends a check that lacks a fact. Never escapes `examine`. */
export class Undecided extends Error {
  override readonly name = 'Undecided';
  readonly why: Text;

  constructor(why: Text) {
    super(why.en);
    this.why = why;
  }
}

/** @throws Undecided when the fact is not known */
export function need<T>(fact: Fact<T>): T {
  if (!fact.known) {
    throw new Undecided(fact.why);
  }
  return fact.value;
}
