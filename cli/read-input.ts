import { readFile } from 'node:fs/promises';
import { types } from 'node:util';
import { CommandError } from './command.ts';

/**
 * Reads a file that a command was called with.
 *
 * @throws CommandError with the file and the system's code: `ENOENT`, `EACCES`
 */
export async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = types.isNativeError(error) && 'code' in error ? error.code : error;
    throw new CommandError(`cannot read ${file}: ${why}`);
  }
}
