import type { HaltCode } from '../../../domain/campaign/campaign-state.ts';
import { haltText } from '../../../domain/guardrail/text.ts';

const codes: readonly HaltCode[] = [
  'hard_bounces',
  'complaints',
  'authentication',
  'blocks',
  'delays',
  'unknown_users',
  'refusals',
  'no_events',
  'unsubscribe_down',
];

it.each(codes)('says of %s in both languages what happened, with the figures, and what to do', (code) => {
  const { ja, en } = haltText({ code, count: 12, of: 200, atMs: 0 });
  expect(ja).toMatch(
    /^キャンペーン全体の配信を停止しました\(200 通中 12 通、6\.0 %\):.+。.+再開してください。$/,
  );
  expect(en).toMatch(/^The campaign was stopped \(12 of 200, 6\.0 %\): .+\. .+ resume\.$/);
});

it.each([
  ['google', 'Gmail 宛て', 'Mail to Gmail'],
  ['docomo', 'docomo 宛て', 'Mail to docomo'],
  ['other', 'その他の事業者 宛て', 'Mail to other providers'],
  ['gmx', 'gmx 宛て', 'Mail to gmx'],
] as const)('names the provider %s', (provider, ja, en) => {
  const text = haltText({ code: 'authentication', provider, atMs: 0 });
  expect(text.ja.startsWith(`${ja}の配信を停止しました:`)).toBe(true);
  expect(text.en.startsWith(`${en} was stopped: `)).toBe(true);
});
