import { userInfo } from 'node:os';
import type { Call } from './command.ts';

/** Option of commands that leave a trace in somebody's history. */
export const operatorOption = {
  by: { type: 'string', value: 'NAME', help: 'who does it, for the history; your user name by default' },
} as const;

/** Who is to be named in the history. */
export function operatorOf(call: Call): string {
  return call.text('by') ?? userInfo().username;
}
