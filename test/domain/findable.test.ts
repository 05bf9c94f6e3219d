import { isEntered } from '../../domain/findable.ts';

it.each([
  ['delivery', 'news', false],
  ['deliveryDelay', 'news', false],
  ['open', 'news', false],
  ['bounce', 'news', true],
  ['complaint', 'news', true],
  ['delivery', undefined, true],
  ['send', undefined, true],
] as const)('a %s about mail of campaign %s: %s', (kind, campaignId, entered) => {
  expect(isEntered(kind, campaignId)).toBe(entered);
});
