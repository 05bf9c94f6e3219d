import { authenticationAt, withSeen } from '../../../domain/verdict/authentication.ts';

const good = { verified: true, dkim: 'SUCCESS' };
const bad = { verified: true, dkim: 'FAILED' };

it('keeps what was seen when it has changed, and finds how it was at a time', () => {
  const history = withSeen(withSeen(withSeen([], good, 100), bad, 200), good, 300);
  expect(history).toHaveLength(3);
  expect(withSeen(history, good, 400)).toBe(history);
  expect([50, 100, 199, 200, 1000].map((atMs) => authenticationAt(history, atMs)?.dkim)).toEqual([
    ...[undefined, 'SUCCESS', 'SUCCESS', 'FAILED', 'SUCCESS'],
  ]);
});

it('stays within an item of the table', () => {
  let history = withSeen([], good, 0);
  for (let i = 1; i <= 500; i++) {
    history = withSeen(history, i % 2 === 0 ? good : bad, i);
  }
  expect(history).toHaveLength(100);
  expect(history.at(-1)).toEqual({ ...good, sinceMs: 500 });
});
