import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BounceEvidence } from '../domain/bounce/evidence.ts';
import { explainBounce } from '../domain/bounce/explain.ts';
import type { Benchmark } from './main.ts';

/** A bounce with what is expected of it. */
interface Labelled extends BounceEvidence {
  /** File of the corpus and the number of the record in it: `lhost-postfix-01#1`. */
  readonly id: string;
  /** Sisimai's word. */
  readonly reason: string;
  /** Whether the address should be given up. */
  readonly hardBounce: boolean;
}

const corpus = fileURLToPath(new URL('../../shared/bounces/labelled.jsonl', import.meta.url));

export const benchmark: Benchmark = {
  about:
    'Bounce reasons against the labels of a public corpus: npm run bench -- bounces [FILE] [--json]. ' +
    'Rules were tuned on seven in ten of its files; heldOut… is measured on the others.',
  async *run([file = corpus]) {
    if (!existsSync(file)) {
      process.stderr.write(`skipped: there is no ${file}; give the file of labelled bounces as argument\n`);
      return;
    }
    const bounces = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Labelled => JSON.parse(line));
    const heldOut = scores(bounces.filter(isHeldOut));
    const tuned = scores(bounces.filter((bounce) => !isHeldOut(bounce)));
    yield {
      ...scores(bounces),
      tunedRecords: tuned.records,
      tunedExact: tuned.exact,
      tunedAction: tuned.action,
      heldOutRecords: heldOut.records,
      heldOutExact: heldOut.exact,
      heldOutAction: heldOut.action,
      heldOutWrongSuppress: heldOut.wrongSuppress,
      heldOutUnknown: heldOut.unknown,
      perSecond: perSecond(bounces),
    };
  },
};

/** Three in ten files, by a hash of the file's name: records of one file are alike, so they stay together. */
function isHeldOut({ id }: Labelled): boolean {
  const [firstByte = 0] = createHash('sha256')
    .update(id.split('#')[0] ?? '')
    .digest();
  return firstByte / 256 >= 0.7;
}

function scores(bounces: readonly Labelled[]) {
  const explained = bounces.map((bounce) => ({ bounce, reason: explainBounce(bounce) }));
  const share = (holds: (one: (typeof explained)[number]) => boolean) =>
    Number((explained.filter(holds).length / Math.max(1, explained.length)).toFixed(4));
  return {
    records: bounces.length,
    exact: share(({ bounce, reason }) => reason.sisimai === bounce.reason),
    action: share(({ bounce, reason }) => (reason.action === 'suppress') === bounce.hardBounce),
    wrongSuppress: share(({ bounce, reason }) => reason.action === 'suppress' && !bounce.hardBounce),
    unknown: share(({ reason }) => reason.code === 'unknown'),
  };
}

/** Explanations in a second, over half a second. */
function perSecond(bounces: readonly Labelled[]): number {
  const start = performance.now();
  let count = 0;
  while (bounces.length > 0 && performance.now() - start < 500) {
    for (const bounce of bounces) {
      explainBounce(bounce);
    }
    count += bounces.length;
  }
  return Math.round((count / (performance.now() - start)) * 1000);
}
