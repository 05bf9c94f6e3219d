import type { AuthenticationHistory } from '../../aws/authentication-history.ts';
import type { AuthenticationState } from '../../domain/verdict/authentication.ts';
import { noteAuthentication } from '../../functions/note-authentication.ts';

function bench() {
  let kept: AuthenticationHistory = { seen: [], version: 0 };
  const written: number[] = [];
  return {
    written,
    seen: () => kept.seen,
    look: (state: AuthenticationState, nowMs: number) =>
      noteAuthentication({
        ...{ mailDomain: 'example.com', nowMs: () => nowMs, readAuthentication: async () => state },
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
