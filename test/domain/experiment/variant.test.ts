import { recipientIdOf } from '../../../domain/address.ts';
import { lotsOf } from '../../../domain/campaign/canary.ts';
import { readCountName } from '../../../domain/campaign/provider-counts.ts';
import { digestOfId, wordOf } from '../../../domain/campaign/recipient-table.ts';
import {
  checkVariants,
  drawnVariant,
  type VariantName,
  variantOfTags,
} from '../../../domain/experiment/variant.ts';
import {
  readVariantCountName,
  variantCountName,
  variantMeasures,
} from '../../../domain/experiment/variant-counts.ts';
import { compiledTemplate, marketingTemplate } from '../compiled-template.ts';

const people = Array.from({ length: 4_000 }, (_, i) => recipientIdOf(`r${i}@example.com`));

function tally(drawn: readonly VariantName[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const name of drawn) {
    sums[name] = (sums[name] ?? 0) + 1;
  }
  return sums;
}

describe('drawnVariant', () => {
  it.each([2, 3, 4])('spreads people evenly over %i variants', (count) => {
    const counts = tally(people.map((id) => drawnVariant('news', id, count)));
    expect(Object.keys(counts).sort()).toEqual(['A', 'B', 'C', 'D'].slice(0, count));
    for (const drawn of Object.values(counts)) {
      // Five standard deviations of a fair draw.
      expect(Math.abs(drawn - 4_000 / count)).toBeLessThan(5 * Math.sqrt(1_000));
    }
  });

  it('gives the same person the same variant of a campaign, and not the same of every campaign', () => {
    const of = (campaignId: string) => people.map((id) => drawnVariant(campaignId, id, 2));
    expect(of('news')).toEqual(of('news'));
    const others = of('more-news');
    const same = of('news').filter((name, i) => name === others[i]).length;
    expect(Math.abs(same - 2_000)).toBeLessThan(5 * Math.sqrt(1_000));
  });

  it('spreads those of a canary as evenly: one draw says nothing of the other', () => {
    const lotOf = lotsOf('news');
    const lot = (id: string) => lotOf(wordOf(digestOfId(id), 0), wordOf(digestOfId(id), 1));
    const canary = people.toSorted((one, other) => lot(one) - lot(other)).slice(0, 400);
    const { A = 0 } = tally(canary.map((id) => drawnVariant('news', id, 2)));
    expect(Math.abs(A - 200)).toBeLessThan(5 * Math.sqrt(100));
  });
});

describe('checkVariants', () => {
  const hash = (n: number) => String(n).repeat(32);
  const a = marketingTemplate({ hash: hash(1) });
  const b = marketingTemplate({ name: 'other', hash: hash(2) });

  it('takes two to four marketing mails of one topic', () => {
    const four = [1, 2, 3, 4].map((n) => marketingTemplate({ hash: hash(n) }));
    expect(() => checkVariants([a, b])).not.toThrow();
    expect(() => checkVariants(four)).not.toThrow();
  });

  it.each([
    ['a single one', [a], 'a campaign has 2 to 4 variants, not 1'],
    ['five', [a, b, a, b, a], 'a campaign has 2 to 4 variants, not 5'],
    [
      'one that is no marketing',
      [a, compiledTemplate()],
      'variant B (template order-confirmation) is transactional; only marketing mail has variants',
    ],
    [
      'another topic',
      [a, marketingTemplate({ topic: 'offers', hash: hash(3) })],
      'variant B (template announcement) is of topic offers, variant A of newsletter; they must be the same',
    ],
    ['the same mail twice', [a, b, a], 'variant C is the same mail as variant A'],
  ])('refuses %s', (_, templates, message) => {
    expect(() => checkVariants(templates)).toThrow(
      expect.objectContaining({ code: 'variant', field: 'variant', message }),
    );
  });
});

it('reads a variant from tags, and from nothing else', () => {
  expect(variantOfTags({ 'todoke-variant': 'C' })).toBe('C');
  expect(variantOfTags({ 'todoke-variant': 'Z' })).toBeUndefined();
  expect(variantOfTags({})).toBeUndefined();
});

it('names counters so that they are read again, and never for those of a provider', () => {
  for (const measure of variantMeasures) {
    const name = variantCountName('D', measure);
    expect(readVariantCountName(name)).toEqual(['D', measure]);
    expect(readCountName(name)).toBeUndefined();
  }
  for (const name of [
    'google:accepted',
    'variant:E:accepted',
    'variant:A:sold',
    'variants',
    'variant:A:clicked:x',
  ]) {
    expect(readVariantCountName(name)).toBeUndefined();
  }
});
