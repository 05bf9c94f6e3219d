import {
  add,
  countName,
  measures,
  providerNameOf,
  readCountName,
  sumOf,
} from '../../../domain/campaign/provider-counts.ts';

it.each([
  ['taro@docomo.ne.jp', 'docomo'],
  ['"a..b"@docomo.ne.jp', 'docomo'],
  ['someone@mail.ezweb.ne.jp', 'kddi'],
  ['someone@GMAIL.com', 'google'],
  ['gmail.com', 'google'],
  ['someone@example.com', 'other'],
])('%s is at %s', (address, provider) => {
  expect(providerNameOf(address)).toBe(provider);
});

it('has a name for each count that is read back', () => {
  for (const measure of measures) {
    expect(readCountName(countName('google-groups', measure))).toEqual(['google-groups', measure]);
  }
  for (const name of ['accepted', 'google:', 'google:no-such', 'google:hard:2', 'chunksDone']) {
    expect(readCountName(name)).toBeUndefined();
  }
});

it('adds and takes away', () => {
  expect(add({ accepted: 3, hard: 1 }, { accepted: 2, soft: 1 })).toEqual({ accepted: 5, hard: 1, soft: 1 });
  expect(add({ accepted: 3, hard: 1 }, { accepted: 2, hard: 1 }, -1)).toEqual({ accepted: 1 });
  expect(sumOf({ google: { hard: 1 }, docomo: { hard: 2, soft: 1 } })).toEqual({ hard: 3, soft: 1 });
});
