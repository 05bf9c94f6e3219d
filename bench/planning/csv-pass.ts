import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { measured } from './measured.ts';

/** Reads a CSV file with csv-parse and does nothing else, as its documentation shows. */
const [file = ''] = process.argv.slice(2);
await measured(async () => {
  for await (const _ of createReadStream(file).pipe(parse())) {
    // Nothing: only the reading is measured.
  }
});
