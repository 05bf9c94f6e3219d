import type { AuthenticationHistory } from '../../aws/authentication-history.ts';
import type { AuthenticationState, MailRecords } from '../../domain/verdict/authentication.ts';
import { noteAuthentication } from '../../functions/note-authentication.ts';

function bench() {
  let kept: AuthenticationHistory = { seen: [], version: 0 };
  const written: number[] = [];
  return {
    written,
    seen: () => kept.seen,
    look: (state: AuthenticationState, nowMs: number, records?: MailRecords) =>
      noteAuthentication({
        ...{ mailDomain: 'example.com', nowMs: () => nowMs, readAuthentication: async () => state },
        readMailRecords: async () => records,
        histories: {
          read: async () => kept,
          async write(_, { seen, version }) {
            written.push(version);
            kept = { seen, version: version + 1 };
            return true;
          },
        },
      }),
  };
}

it('writes when something has changed, and only then', async () => {
  const { look, seen, written } = bench();
  const good = { verified: true, dkim: 'SUCCESS' };
  await look(good, 1);
  await look(good, 2);
  await look({ ...good, dkim: 'FAILED' }, 3);
  expect(seen()).toEqual([
    { ...good, sinceMs: 1 },
    { ...good, dkim: 'FAILED', sinceMs: 3 },
  ]);
  expect(written).toEqual([0, 1]);
});

it('keeps what the DNS had, and takes it to be as it was while the DNS does not answer', async () => {
  const { look, seen } = bench();
  const good = { verified: true, dkim: 'SUCCESS' };
  const records = { spf: 'v=spf1 -all', dmarc: 'v=DMARC1; p=none' };
  await look(good, 1);
  await look(good, 2, records);
  await look(good, 3);
  await look({ ...good, dkim: 'FAILED' }, 4);
  await look({ ...good, dkim: 'FAILED' }, 5, { ...records, dmarc: '' });
  expect(seen()).toEqual([
    { ...good, sinceMs: 1 },
    { ...good, records, sinceMs: 2 },
    { ...good, dkim: 'FAILED', records, sinceMs: 4 },
    { ...good, dkim: 'FAILED', records: { ...records, dmarc: '' }, sinceMs: 5 },
  ]);
});
