import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError } from './command.ts';

/**
 * Makes a folder that a command was called with, and those above it. `mkdir` with `recursive` never ends where the system says of a
 * parent that is there that it is not, as below /proc.
 *
 * @param mode - Of those that are made.
 * @throws CommandError with the folder and the system's code: `ENOENT`, `EACCES`, `EEXIST` where something else has that name
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await makeWithParents(folder, mode);
  } catch (error) {
    throw new CommandError(`cannot make the folder ${folder}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

async function makeWithParents(folder: string, mode: number): Promise<void> {
  if (await isFolder(folder)) {
    return;
  }
  const parent = dirname(folder);
  if (parent !== folder && !(await isFolder(parent))) {
    await makeWithParents(parent, mode);
  }
  await mkdir(folder, { mode }).catch(async (error: NodeJS.ErrnoException) => {
    // Somebody else may have made it meanwhile.
    if (error.code !== 'EEXIST' || !(await isFolder(folder))) {
      throw error;
    }
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
