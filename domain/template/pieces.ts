import { InputError } from '../errors.ts';
import { limits } from './compiled.ts';

/** A long literal of a template: the same object in all mails of the template, so that whoever encodes it can do so once. */
export interface Literal {
  readonly literal: string;
}

/** A text that a template was filled to: whole, or in its pieces where some of them are literals. */
export type Pieces = string | readonly (string | Literal)[];

/** UTF-16 units from which on a literal is worth to be told apart. */
const leastLiteral = 128;

export function literalOf(text: string): string | Literal {
  return text.length < leastLiteral ? text : { literal: text };
}

export function textOf(pieces: Pieces): string {
  if (typeof pieces === 'string') return pieces;
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece.literal;
  return text;
}

/** A text while it is put together. */
export class TextBuilder {
  readonly #done: (string | Literal)[] = [];
  /** What comes after the last literal. */
  #text = '';
  #length = 0;

  /** @throws InputError `mail-too-large` */
  add(piece: string | Literal): void {
    const isText = typeof piece === 'string';
    this.#length += isText ? piece.length : piece.literal.length;
    if (this.#length > limits.outputLength) {
      const message = `the mail grows beyond ${limits.outputLength} characters`;
      throw new InputError('mail-too-large', 'data', message);
    }
    if (isText) {
      this.#text += piece;
      return;
    }
    if (this.#text !== '') this.#done.push(this.#text);
    this.#done.push(piece);
    this.#text = '';
  }

  /** What was put together; nothing may be added any more. */
  pieces(): Pieces {
    if (this.#done.length === 0) return this.#text;
    if (this.#text !== '') this.#done.push(this.#text);
    return this.#done;
  }
}
