import { trackedOption, trialOption } from '../../../cli/campaign/campaign-trial.ts';
import type { Call } from '../../../cli/command.ts';

const call = (options: Readonly<Record<string, string>>): Call => ({
  positionals: [],
  text: (name) => options[name],
  texts: () => [],
  flag: () => false,
});
const usage = (message: RegExp) =>
  expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) });

it.each([
  [undefined, undefined],
  ['clicks', ['clicks']],
  ['clicks,opens', ['opens', 'clicks']],
])('--track %s is %j', (option, tracked) => {
  expect(trackedOption(option)).toEqual(tracked);
});

it.each(['', 'clicks,', 'all', 'Opens'])('--track %j is refused', (option) => {
  expect(() => trackedOption(option)).toThrow(usage(/opens, clicks or opens,clicks/));
});

it.each([
  [{}, undefined],
  [{ winner: 'clicks' }, { by: 'clicks', afterMs: 4 * 3_600_000, share: 0.2 }],
  [
    { winner: 'unsubscribes', after: '90m', share: '12.5%' },
    { by: 'unsubscribes', afterMs: 90 * 60_000, share: 0.125 },
  ],
  [
    { winner: 'clicks', after: '7d', share: '90%' },
    { by: 'clicks', afterMs: 7 * 86_400_000, share: 0.9 },
  ],
])('%j is %j', (options, trial) => {
  expect(trialOption(call(options), true, ['clicks'])).toEqual(trial);
});

it.each([
  [{ after: '4h' }, /are of a campaign with --winner/],
  [{ share: '20%' }, /are of a campaign with --winner/],
  [{ winner: 'opens' }, /clicks or unsubscribes/],
  [{ winner: 'clicks', after: '8d' }, /7d at most/],
  [{ winner: 'clicks', after: '0h' }, /a time such as/],
  [{ winner: 'clicks', after: '4' }, /a time such as/],
  [{ winner: 'clicks', share: '0.5%' }, /from 1% to 90%/],
  [{ winner: 'clicks', share: '95%' }, /from 1% to 90%/],
  [{ winner: 'clicks', share: '0.2' }, /from 1% to 90%/],
])('%j is refused', (options, message) => {
  expect(() => trialOption(call(options), true, ['clicks'])).toThrow(usage(message));
});

it('needs variants, and clicks that are counted', () => {
  expect(() => trialOption(call({ winner: 'unsubscribes' }), false, undefined)).toThrow(
    usage(/--variant as well/),
  );
  expect(() => trialOption(call({ winner: 'clicks' }), true, ['opens'])).toThrow(usage(/--track clicks/));
});
