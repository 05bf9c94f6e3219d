import { examine } from '../../../domain/doctor/examine.ts';
import { unknown } from '../../../domain/doctor/fact.ts';
import type { Facts } from '../../../domain/doctor/facts.ts';
import { factsOf, healthy } from './healthy.ts';

const refused = { ja: '権限がありません', en: 'CloudWatch did not answer GetMetricData: AccessDenied: no' };

/** What check 19 comes to. */
async function ratesOf(facts: Facts) {
  const { checks, findings } = await examine(facts);
  const check = checks.find(({ number }) => number === 19);
  return {
    ...{ status: check?.status, undecided: check?.undecided?.en, note: check?.note?.en },
    found: findings.filter((finding) => finding.check === 19),
  };
}

it('goes by what SES itself judges by, and names every source that is over, in that order', async () => {
  const world = healthy();
  world.reputation.bounceRate = 0.061;
  world.rates.bounced = 9_900;
  world.history.bounced = 2_400;
  const { found } = await ratesOf(factsOf(world));
  expect(found.map(({ title }) => title.en)).toEqual(['The bounce rate is 6.1 %; 5 % is the limit.']);
  expect(found[0]?.evidence).toEqual([
    'CloudWatch AWS/SES Reputation.BounceRate: 6.1 %',
    'Virtual Deliverability Manager, 30 days: 9900 of 90000 (11 %)',
    'campaigns, 30 days: 2400 of 40000 (6 %)',
  ]);
});

it.each([
  { at: 'bounceRate', rate: 0.0499, says: undefined },
  { at: 'bounceRate', rate: 0.05, says: 'The bounce rate is 5 %; 5 % is the limit.' },
  { at: 'bounceRate', rate: 0.1, says: 'The bounce rate is 10 %; SES stops accounts from 10 % on.' },
  { at: 'complaintRate', rate: 0.00099, says: undefined },
  { at: 'complaintRate', rate: 0.001, says: 'The complaint rate is 0.1 %; 0.1 % is the limit.' },
  {
    at: 'complaintRate',
    rate: 0.005,
    says: 'The complaint rate is 0.5 %; SES stops accounts from 0.5 % on.',
  },
] as const)('holds a $at of $rate against the limits of SES', async ({ at, rate, says }) => {
  const world = healthy();
  world.reputation[at] = rate;
  expect((await ratesOf(factsOf(world))).found[0]?.title.en).toBe(says);
});

it('takes the sums of the account where CloudWatch may not be asked, and says so', async () => {
  const facts = factsOf(healthy());
  const seen = await ratesOf({ ...facts, ses: { ...facts.ses, reputation: unknown(refused) } });
  expect(seen).toMatchObject({ status: 'passed', note: refused.en });
});

it('does not pass on what campaigns came to alone, and still finds what is wrong with them', async () => {
  const world = healthy();
  const facts = factsOf(world);
  const alone = { ...facts, ses: { ...facts.ses, reputation: unknown(refused), rates: unknown(refused) } };
  expect(await ratesOf(alone)).toMatchObject({ status: 'undecided', undecided: refused.en });
  world.history.complained = 60;
  expect((await ratesOf(alone)).found.map(({ evidence }) => evidence)).toEqual([
    ['campaigns, 30 days: 60 of 40000 (0.15 %)'],
  ]);
});

it('says that there is no rate yet where little was sent', async () => {
  const world = { ...healthy(), reputation: {} };
  expect(await ratesOf(factsOf(world))).toMatchObject({
    ...{ status: 'passed', note: expect.stringContaining('little was sent lately') },
  });
});
