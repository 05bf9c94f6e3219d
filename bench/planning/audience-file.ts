import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const header = 'メールアドレス,名前,locale,couponCode\n';

/** What the planner is to find in the file. */
export interface Expected {
  readonly rows: number;
  readonly invalid: number;
  readonly duplicates: number;
}

/** An audience as shops export them: names in Japanese, some quoted, one row in 100 a duplicate and one in 1,000 without an address. */
export async function writeAudience(file: string, rows: number): Promise<Expected> {
  const stream = createWriteStream(file);
  const expected = { rows, invalid: 0, duplicates: 0 };
  stream.write(header);
  for (let row = 1; row <= rows; row++) {
    const wrong = row % 1000 === 0;
    const again = row % 100 === 50;
    expected.invalid += Number(wrong);
    expected.duplicates += Number(again);
    const person = again ? row - 1 : row;
    const address = wrong ? 'nobody' : `recipient.${person}@shop${person % 97}.example.com`;
    const name = row % 10 === 0 ? `"山田, 太郎 ""${row}"""` : `届 花子${row}`;
    if (!stream.write(`${address},${name},${row % 3 === 0 ? 'en' : 'ja'},ASAGIRI${row % 50}\n`)) {
      await once(stream, 'drain');
    }
  }
  stream.end();
  await finished(stream);
  return expected;
}
