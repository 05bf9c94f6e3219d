import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Watch {
  readonly close: () => void;
}

/** An editor saves in several steps; after so many milliseconds of quiet it is done. */
const quietMs = 40;

/**
 * Calls `onChange` after something in a directory or in one of its folders has changed, and not again before it has
 * returned. The folders are watched one by one: Node's `recursive` watches files on Linux, and loses one that an
 * editor saves by renaming a new file over it.
 */
export async function watchTemplates(
  directory: string,
  onChange: () => Promise<void>,
  onFault: (error: unknown) => void,
): Promise<Watch> {
  const folders = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let running: Promise<void> | undefined;
  let again = false;

  const changed = (): void => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(settle, quietMs);
  };
  const settle = (): void => {
    if (running) {
      again = true;
      return;
    }
    running = followFolders()
      .then(onChange)
      .catch(onFault)
      .finally(() => {
        running = undefined;
        if (again) changed();
        again = false;
      });
  };
  const follow = (folder: string): void => {
    const watcher = watch(folder, changed);
    // A folder that is deleted takes its watcher along; the one above tells.
    watcher.on('error', () => forget(folder));
    folders.set(folder, watcher);
  };
  const forget = (folder: string): void => {
    folders.get(folder)?.close();
    folders.delete(folder);
  };
  const followFolders = async (): Promise<void> => {
    const found = await readdir(directory, { withFileTypes: true });
    const wanted = new Set(
      found.filter((each) => each.isDirectory()).map(({ name }) => join(directory, name)),
    );
    if (closed) return;
    for (const folder of folders.keys()) if (folder !== directory && !wanted.has(folder)) forget(folder);
    for (const folder of wanted) if (!folders.has(folder)) follow(folder);
  };

  follow(directory);
  await followFolders();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      for (const folder of [...folders.keys()]) forget(folder);
    },
  };
}
