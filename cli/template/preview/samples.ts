import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { types } from 'node:util';
import { InputError } from '../../../domain/errors.ts';

export const sampleNames = ['sample', 'sample.worst'] as const;

/** `sample.json` is a usual mail, `sample.worst.json` the longest and nastiest that can be thought of. */
export type SampleName = (typeof sampleNames)[number];

/** Template data by name, as publishers give it. */
export type Data = Readonly<Record<string, unknown>>;

export type Sample =
  | { readonly data: Data; readonly problem?: never }
  | { readonly problem: InputError; readonly data?: never };

export async function readSample(directory: string, template: string, name: SampleName): Promise<Sample> {
  const file = `${template}/${name}.json`;
  let text: string;
  try {
    text = await readFile(join(directory, file), 'utf8');
  } catch (error) {
    if (!types.isNativeError(error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    return { problem: new InputError('missing-file', file, `${file} is missing`) };
  }
  try {
    const data: unknown = JSON.parse(text);
    if (isData(data)) return { data };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: new InputError('json', placeOf(file, text, error), `${file} is not JSON`) };
  }
  return { problem: new InputError('json', `${file}:1:1`, `${file} is not a JSON object`) };
}

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** V8 tells the position of most mistakes: `… in JSON at position 12 (line 1 column 13)`. */
function placeOf(file: string, text: string, { message }: SyntaxError): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  if (line !== undefined) return `${file}:${line}:${column}`;
  return /end of JSON input/.test(message) ? `${file}:${text.split('\n').length}:1` : file;
}
