import { pace } from '../../cli/pace.ts';

it('says how fast it went in the last half minute, and how long it takes from there', () => {
  const speed = pace();
  expect(speed.at(0, 0, 1_000)).toEqual({ perSecond: 0, etaSeconds: undefined });
  expect(speed.at(10_000, 200, 800)).toEqual({ perSecond: 20, etaSeconds: 40 });
  expect(speed.at(40_000, 800, 200)).toEqual({ perSecond: 0, etaSeconds: undefined });
  expect(speed.at(50_000, 1_000, 0)).toEqual({ perSecond: 20, etaSeconds: undefined });
});
