import { resolve } from 'node:path';
import type { Call, Options } from '../command.ts';

/** Of every command that reads templates. */
export const templatesOption = {
  templates: { type: 'string', value: 'DIRECTORY', help: 'where the templates are; "templates" by default' },
} as const satisfies Options;

/** Absolute path of the directory of the templates. */
export function directoryOf(call: Call): string {
  return resolve(call.text('templates') ?? 'templates');
}
