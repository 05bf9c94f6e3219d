import type { ParseArgsConfig } from 'node:util';

/** Options of a command as `node:util`'s parseArgs takes them, with what the help says about each. */
export type Options = Readonly<
  Record<
    string,
    {
      readonly type: 'string' | 'boolean';
      readonly value?: string;
      readonly help: string;
      /** May be given more than once. */
      readonly multiple?: true;
    }
  >
>;

/** What a command was called with. */
export interface Call {
  readonly positionals: readonly string[];
  /** Text of an option, or undefined. */
  readonly text: (name: string) => string | undefined;
  /** Texts of an option that may be given more than once. */
  readonly texts: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
}

/** One command of `todoke`: a file each. */
export interface Command {
  /** As typed: `campaign start`. */
  readonly name: string;
  readonly summary: string;
  /** Names of positional arguments; `[NAME]` may be left out, and `[NAME…]`, the last one, be given more than once. */
  readonly positionals: readonly string[];
  readonly options: Options;
  /** @returns the exit code: 0 ok, 1 failed */
  readonly run: (call: Call, terminal: Terminal) => Promise<number>;
}

/** Where a command reads and writes: data on `out`, progress and remarks on `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: () => Promise<string>;
  /** Asks the person at the terminal; absent where there is none. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** Wrong usage: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the user asked for cannot be done, for a reason that needs no stack trace: exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Options that every command takes which talks to a pipeline. */
export const pipelineOptions = {
  stack: {
    type: 'string',
    value: 'NAME',
    help: 'a deployed stack; without it the pipeline running on this machine',
  },
  json: { type: 'boolean', help: 'machine-readable output; the tables are for people and may change' },
} as const satisfies Options;

export function parseArgsConfig(options: Options): NonNullable<ParseArgsConfig['options']> {
  return {
    ...Object.fromEntries(
      Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
    ),
    help: { type: 'boolean', short: 'h' },
  };
}

/** `todoke campaign start --template T …` with a line for each option. */
export function renderHelp({ name, summary, positionals, options }: Command): string {
  const lines = Object.entries(options).map(([option, { value, help, multiple }]) => [
    `--${option}${value ? ` ${value}` : ''}${multiple ? ' …' : ''}`,
    help,
  ]);
  const width = Math.max(...lines.map(([left = '']) => left.length));
  return [
    `todoke ${[name, ...positionals].join(' ')} [options]`,
    '',
    `  ${summary}`,
    '',
    ...lines.map(([left = '', help]) => `  ${left.padEnd(width)}  ${help}`),
    '',
  ].join('\n');
}
