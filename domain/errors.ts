/**
 * The input is wrong and will stay wrong. HTTP answers 400; a queue records the recipient as
 * `rejected`. Anything else that is thrown is a fault and is redelivered.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** Stable, for callers and tests: `address-too-long`, `missing-data`… */
  readonly code: string;
  /** Where the input was wrong: `recipient.address`. Never the value: it is personal data. */
  readonly field: string;

  constructor(code: string, field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.field = field;
  }
}
