import fc from 'fast-check';
import {
  type DeliveryKey,
  deliveryId,
  isFailure,
  keyOfTags,
  stateRank,
  tagsOf,
} from '../../domain/delivery.ts';

const printableId = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 128,
});
const campaignId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/);
const key: fc.Arbitrary<DeliveryKey> = fc.oneof(
  printableId.map((notificationId) => ({ kind: 'notification' as const, notificationId })),
  fc.record({ kind: fc.constant('campaign' as const), campaignId, chunk: fc.nat(), index: fc.nat(99) }),
);

describe('tagsOf', () => {
  it.each<[string, DeliveryKey, Record<string, string>]>([
    ['a plain id', { kind: 'notification', notificationId: 'order-1' }, { 'todoke-notification': 'order-1' }],
    [
      'an id with a colon',
      { kind: 'notification', notificationId: 'a:b' },
      { 'todoke-notification': '_YTpi' },
    ],
    [
      'an id that looks encoded',
      { kind: 'notification', notificationId: '_YTpi' },
      { 'todoke-notification': '_X1lUcGk' },
    ],
    [
      'a recipient of a campaign',
      { kind: 'campaign', campaignId: 'news', chunk: 3, index: 0 },
      { 'todoke-campaign': 'news', 'todoke-chunk': '3', 'todoke-index': '0' },
    ],
    ['a message without an id', { kind: 'message', sqsMessageId: 'x' }, {}],
    ['mail that is not ours', { kind: 'foreign', sesMessageId: 'x' }, {}],
  ])('names %s', (_, of, tags) => {
    expect(tagsOf(of)).toEqual(tags);
  });

  it('gives tags that SES takes and from which the key comes back', () => {
    fc.assert(
      fc.property(key, (of) => {
        const tags = tagsOf(of);
        for (const text of Object.entries(tags).flat()) {
          expect(text).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
        }
        expect(keyOfTags({ ...tags, 'ses:configuration-set': 'todoke' })).toEqual(of);
      }),
      { numRuns: 500 },
    );
  });
});

describe('keyOfTags', () => {
  it.each([
    ['there are none', {}],
    ['they are somebody else’s', { 'ses:from-domain': 'example.com' }],
    ['the index is missing', { 'todoke-campaign': 'news', 'todoke-chunk': '0' }],
    ['the chunk is no number', { 'todoke-campaign': 'news', 'todoke-chunk': 'x', 'todoke-index': '0' }],
    ['the chunk is empty', { 'todoke-campaign': 'news', 'todoke-chunk': '', 'todoke-index': '0' }],
    ['the index is negative', { 'todoke-campaign': 'news', 'todoke-chunk': '0', 'todoke-index': '-1' }],
    ['the campaign is empty', { 'todoke-campaign': '', 'todoke-chunk': '0', 'todoke-index': '0' }],
    ['the campaign is no id', { 'todoke-campaign': 'a#b', 'todoke-chunk': '0', 'todoke-index': '0' }],
    ['the notification is empty', { 'todoke-notification': '' }],
    ['the notification is no id', { 'todoke-notification': '注文' }],
    ['what the notification encodes is no id', { 'todoke-notification': '_AAAA' }],
  ])('answers undefined when %s', (_, tags) => {
    expect(keyOfTags(tags)).toBeUndefined();
  });
});

describe('deliveryId', () => {
  it('is different for different keys', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(deliveryId(one) === deliveryId(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it.each<[DeliveryKey, string]>([
    [{ kind: 'notification', notificationId: 'c#1#2' }, 'n#c#1#2'],
    [{ kind: 'message', sqsMessageId: 'x' }, 'm#x'],
    [{ kind: 'foreign', sesMessageId: 'x' }, 'f#x'],
    [{ kind: 'campaign', campaignId: 'news', chunk: 1, index: 2 }, 'c#news#1#2'],
  ])('of %j is %s', (of, id) => {
    expect(deliveryId(of)).toBe(id);
  });
});

describe('stateRank', () => {
  it('goes from what SES never got to what the recipient did', () => {
    const states = [
      'attempting',
      'unknown',
      'accepted',
      'delayed',
      'delivered',
      'bounced',
      'complained',
    ] as const;
    const ranks = states.map((state) => stateRank[state]);
    expect(ranks).toEqual([...new Set(ranks)].sort((one, other) => one - other));
    expect([stateRank.rejected, stateRank.suppressed, stateRank.expired]).toEqual([0, 0, 0]);
  });

  it.each([
    {
      failed: true,
      states: ['unknown', 'bounced', 'complained', 'suppressed', 'rejected', 'expired'] as const,
    },
    { failed: false, states: ['attempting', 'accepted', 'delayed', 'delivered'] as const },
  ])('takes $states for failed=$failed', ({ failed, states }) => {
    expect(states.map(isFailure)).toEqual(states.map(() => failed));
  });
});
