import fc from 'fast-check';
import { recipientIdOf } from '../../../domain/address.ts';
import { rowsOf } from '../../../domain/audience/audience.ts';
import type { AudienceRow } from '../../../domain/audience/audience-row.ts';
import { csvRecord } from '../../../domain/csv-line.ts';
import type { Suppression } from '../../../domain/suppression/suppression.ts';
import {
  type ImportedSuppression,
  readSuppression,
  suppressionColumns,
  suppressionFields,
  withImported,
} from '../../../domain/suppression/suppression-csv.ts';
import { emptyRecord, releasedNow } from '../../../domain/suppression/suppression-record.ts';

const nowMs = Date.UTC(2026, 10, 24);
const defaults = { scope: 'all', reason: 'manual' } as const;

async function rowsIn(text: string): Promise<AudienceRow[]> {
  async function* bytes() {
    yield Buffer.from(text);
  }
  const found: AudienceRow[] = [];
  for await (const rows of rowsOf('csv', bytes())) {
    found.push(...rows);
  }
  return found;
}

const read = (values: Readonly<Record<string, unknown>>) => readSuppression({ row: 7, values }, defaults);

describe('an export', () => {
  const word = fc.string({ unit: fc.constantFrom(...'a1=+-@\'", ;|:^~日\t'), minLength: 1, maxLength: 12 });
  const suppression: fc.Arbitrary<Suppression> = fc.record(
    {
      reason: fc.constantFrom(
        'bounce' as const,
        'complaint' as const,
        'unsubscribe' as const,
        'manual' as const,
      ),
      source: fc.constantFrom('ses', 'cli', 'one-click', 'ses-account-list'),
      atMs: fc.integer({ min: 0, max: nowMs }),
      evidence: word.map((text) => text.trim()).filter((text) => text !== ''),
      expiresAtMs: fc.integer({ min: 1, max: 2 * nowMs }),
    },
    { requiredKeys: ['reason', 'source', 'atMs'] },
  );

  it('is read as it was written, with or without an address', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            address: fc.constantFrom(
              'taro@example.com',
              '+plus@example.com',
              "'=x@example.com",
              '-a@example.com',
              undefined,
            ),
            scope: fc.constantFrom('all', 'marketing', 'topic:news'),
            suppression,
          }),
          { minLength: 1, maxLength: 20 },
        ),
        async (all) => {
          const idOf = (address: string | undefined) => recipientIdOf(address ?? 'erased@example.com');
          const lines = all.map(({ address, scope, suppression: each }) =>
            csvRecord(suppressionFields(idOf(address), address, scope, each)),
          );
          const rows = await rowsIn([csvRecord(suppressionColumns), ...lines].join('\r\n'));
          expect(
            rows.map((row) => readSuppression(row, { scope: 'transactional', reason: 'manual' })),
          ).toEqual(
            all.map(({ address, scope, suppression: each }) => ({
              recipientId: idOf(address),
              ...(address === undefined ? {} : { address }),
              scope,
              ...each,
            })),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('readSuppression', () => {
  it('takes what is missing from the defaults', () => {
    expect(read({ address: ' Taro@EXAMPLE.com ' })).toEqual({
      recipientId: recipientIdOf('taro@example.com'),
      address: 'Taro@example.com',
      scope: 'all',
      reason: 'manual',
      source: 'import',
    });
  });

  it('knows columns in any letter case', () => {
    expect(read({ address: 'taro@example.com', ' SCOPE ': 'marketing', Reason: 'complaint' })).toMatchObject({
      scope: 'marketing',
      reason: 'complaint',
    });
  });

  it.each([
    [{ address: '' }, 'suppression-row', /^row 7 address is empty/],
    [{ address: '', recipientId: 'short' }, 'suppression-row', /^row 7 address is empty/],
    [{ address: 'taro' }, 'address-syntax', /^row 7 address is not/],
    [{ address: 'taro@example.com', scope: 'everything' }, 'suppression-row', /^row 7 scope is none of/],
    [{ address: 'taro@example.com', reason: 'dislike' }, 'suppression-row', /^row 7 reason is none of/],
    [{ address: 'taro@example.com', at: '24.11.2026' }, 'suppression-row', /^row 7 at is not a time/],
    [{ address: 'taro@example.com', expires: 'never' }, 'suppression-row', /^row 7 expires is not a time/],
    [{ address: 'taro@example.com', evidence: 'x'.repeat(1_001) }, 'suppression-row', /1001 characters/],
  ])('refuses %j and names the row', (values, code, message) => {
    expect(() => read(values)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
    expect(() => read(values)).not.toThrow(/taro@/);
  });
});

describe('withImported', () => {
  const row: ImportedSuppression = {
    recipientId: recipientIdOf('taro@example.com'),
    scope: 'all',
    reason: 'bounce',
    source: 'old-system',
  };

  it.each([
    { when: 'the file says since when', imported: { ...row, atMs: nowMs - 5 } },
    { when: 'it does not', imported: row },
  ])('changes nothing the second time, when $when', ({ imported }) => {
    const once = withImported(emptyRecord, imported, 'hanako', nowMs);
    expect(once.suppressions.all).toMatchObject({
      reason: 'bounce',
      source: 'old-system',
      atMs: imported.atMs ?? nowMs,
    });
    expect(withImported(once, imported, 'jiro', nowMs + 9)).toBe(once);
  });

  it('does not bring back what was released since', () => {
    const once = withImported(emptyRecord, { ...row, atMs: nowMs - 5 }, 'hanako', nowMs);
    const free = releasedNow(once, { scope: 'all', source: 'cli', atMs: nowMs });
    expect(
      withImported(free, { ...row, atMs: nowMs - 5, evidence: 'other' }, 'hanako', nowMs + 1).suppressions,
    ).toEqual({});
  });
});
