import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** By which Excel knows UTF-8. */
export const byteOrderMark = '\ufeff';

/** Writes records with the line ends of RFC 4180, as fast as the disk takes them. Readable by nobody else: it is full of addresses. */
export async function writeRecords(file: string, records: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(file, { mode: 0o600 });
  const done = finished(stream);
  // Awaited below; without this an early fault would end the process before it is reported.
  done.catch(() => {});
  for await (const record of records) {
    if (!stream.write(`${record}\r\n`)) {
      await Promise.race([once(stream, 'drain'), done]);
    }
  }
  stream.end();
  await done;
}
