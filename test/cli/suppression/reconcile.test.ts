import type { AccountListEntry } from '../../../aws/account-suppression-list.ts';
import type { ImportJob, SuppressionImports } from '../../../aws/suppression-imports.ts';
import { accountListWriter } from '../../../cli/suppression/account-list-writer.ts';
import { reconcile } from '../../../cli/suppression/reconcile.ts';
import { recipientIdOf } from '../../../domain/address.ts';
import type { Suppression, SuppressionsByScope } from '../../../domain/suppression/suppression.ts';
import { inMemorySuppressions } from '../../functions/in-memory-ports.ts';

const bounced: Suppression = { reason: 'bounce', source: 'ses', atMs: 1 };

/** So many addresses that only SES has, that both have, and that only we have. */
function scene(onlyInSes: number, both: number, onlyHere: number) {
  const addressOf = (kind: string, i: number) => `${kind}${i}@example.com`;
  const inSes = function* (): Generator<AccountListEntry> {
    for (let i = 0; i < onlyInSes; i++) {
      yield { address: addressOf('theirs', i), reason: 'BOUNCE', updatedAtMs: 5 };
    }
    for (let i = 0; i < both; i++) {
      yield { address: addressOf('both', i), reason: 'BOUNCE', updatedAtMs: 5 };
    }
  };
  const ours = function* () {
    for (const [kind, count] of [
      ['both', both],
      ['ours', onlyHere],
    ] as const) {
      for (let i = 0; i < count; i++) {
        const address = addressOf(kind, i);
        yield { address, recipientId: recipientIdOf(address), suppressions: { all: bounced } };
      }
    }
  };
  const bothIds = new Set(Array.from({ length: both }, (_, i) => recipientIdOf(addressOf('both', i))));
  const { change, records } = inMemorySuppressions();
  const jobs: string[] = [];
  const keys = new Set<string>();
  const puts: string[] = [];
  const said: string[] = [];
  /** What the next looks at a job say, before it is done. */
  const looks: ImportJob[] = [];
  const imports: SuppressionImports = {
    async start(key, lines) {
      keys.add(key);
      jobs.push(lines);
      return key;
    },
    look: async () => looks.shift() ?? { status: 'COMPLETED', processed: 1, failed: 0, error: undefined },
    forget: async (key) => void keys.delete(key),
  };
  const err = (text: string) => void said.push(text);
  const ses = { put: async (address: string) => void puts.push(address) };
  const run = (applied: boolean) =>
    reconcile({
      ses: {
        async *list() {
          yield* inSes();
        },
      },
      suppressions: {
        change,
        find: async (ids) =>
          new Map<string, SuppressionsByScope>(
            ids.filter((id) => bothIds.has(id)).map((id) => [id, { all: bounced }]),
          ),
        async *list() {
          yield* ours();
        },
      },
      erased: { of: () => undefined },
      actor: 'hanako',
      writer: applied ? accountListWriter({ ses, imports, err }) : undefined,
      err,
    });
  return { run, records, jobs, keys, puts, said, looks };
}

it('brings hundreds of thousands in line both ways, with import jobs of 100,000 addresses one after another', async () => {
  const s = scene(20_000, 20_000, 230_000);
  const { differences, ...totals } = await s.run(true);
  expect(totals).toEqual({
    ...{ ses: 40_000, here: 250_000, erasedInSes: 0 },
    drift: { onlyInSes: 20_000, onlyHere: 230_000, reasonDiffers: 0, goneFromSes: 0 },
  });
  // Only so many are kept to be shown.
  expect(differences).toHaveLength(1_000);
  expect(s.records.size).toBe(20_000);
  const [record] = s.records.values();
  expect(record?.history).toMatchObject([{ actor: 'hanako', evidence: 'account list: BOUNCE' }]);
  const lines = s.jobs.map((job) => job.trimEnd().split('\n'));
  expect(lines.map(({ length }) => length)).toEqual([100_000, 100_000, 30_000]);
  expect(lines[2]?.at(-1)).toBe('{"emailAddress":"ours229999@example.com","reason":"BOUNCE"}');
  expect(new Set(lines.flat()).size).toBe(230_000);
  expect([s.puts, [...s.keys]]).toEqual([[], []]);
  expect(s.said).toEqual(
    expect.arrayContaining([
      '40000 addresses of SES compared',
      '250000 recipients of ours compared',
      'import job 3: 1 of 30000 on the list of SES',
    ]),
  );
}, 30_000);

it('changes nothing unless it is told to', async () => {
  const s = scene(2, 1, 3);
  expect((await s.run(false)).drift).toMatchObject({ onlyInSes: 2, onlyHere: 3 });
  expect([s.records.size, s.jobs, s.puts]).toEqual([0, [], []]);
});

it.each([
  [100, 0, 100],
  [101, 1, 0],
])('puts %d addresses there by %d jobs and %d single calls', async (onlyHere, jobs, puts) => {
  const s = scene(0, 0, onlyHere);
  await s.run(true);
  expect([s.jobs.length, s.puts.length]).toEqual([jobs, puts]);
});

it('says what SES did not take, and leaves no addresses behind when a job fails', async () => {
  const partly = scene(0, 0, 150);
  partly.looks.push({ status: 'COMPLETED', processed: 148, failed: 2, error: undefined });
  await partly.run(true);
  expect(partly.said).toContain('import job 1: SES did not take 2 of them');
  const failing = scene(0, 0, 150);
  failing.looks.push({ status: 'FAILED', processed: 0, failed: 0, error: 'Access denied' });
  await expect(failing.run(true)).rejects.toThrow(/failed: Access denied; --job-files/);
  expect([...failing.keys]).toEqual([]);
});
