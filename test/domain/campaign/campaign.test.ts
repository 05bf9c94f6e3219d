import fc from 'fast-check';
import { campaignIdOf, parseChunkPointer, parseChunkRow } from '../../../domain/campaign/campaign.ts';
import { tagsOf } from '../../../domain/delivery.ts';
import { InputError } from '../../../domain/errors.ts';

const pointer = {
  campaignId: 'news',
  chunk: 0,
  key: 'campaigns/news/parts/000000.jsonl',
  firstByte: 0,
  lastByte: 9,
  count: 1,
};

describe('campaignIdOf', () => {
  it.each([
    ['spring-sale', 'spring-sale'],
    ['2026-11', '2026-11'],
    ['a'.repeat(64), 'a'.repeat(64)],
    ['Spring Sale!', /^spring-sale-[0-9a-f]{8}$/],
    ['春のセール', /^[0-9a-f]{8}$/],
    ['a'.repeat(65), /^a{40}-[0-9a-f]{8}$/],
    ['../news', /^news-[0-9a-f]{8}$/],
  ])('of %s is %s', (name, id) => {
    expect(campaignIdOf(name)).toMatch(id instanceof RegExp ? id : new RegExp(`^${id}$`));
  });

  it('tells names apart that look the same in ASCII', () => {
    expect(campaignIdOf('Spring Sale')).not.toBe(campaignIdOf('spring sale'));
    expect(campaignIdOf('春')).not.toBe(campaignIdOf('秋'));
  });

  it.each(['', 'a\nb', 'a\0', 'a'.repeat(129)])('refuses %p', (name) => {
    expect(() => campaignIdOf(name)).toThrow(expect.objectContaining({ code: 'campaign-name' }));
  });

  it('is the same every time, fits a tag, and is its own id', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 32 }).filter((name) => !/\p{Cc}/u.test(name)),
        (name) => {
          fc.pre([...name].length <= 128);
          const id = campaignIdOf(name);
          expect(campaignIdOf(name)).toBe(id);
          expect(campaignIdOf(id)).toBe(id);
          expect(tagsOf({ kind: 'campaign', campaignId: id, chunk: 0, index: 0 })['todoke-campaign']).toMatch(
            /^[a-z0-9-]{1,64}$/,
          );
        },
      ),
    );
  });
});

describe('parseChunkPointer', () => {
  it('reads what the planner wrote', () => {
    expect(parseChunkPointer(JSON.stringify(pointer))).toEqual(pointer);
  });

  it.each<[string, string]>([
    ['no JSON', 'taro@example.com'],
    ['null', 'null'],
    ['a list', '[]'],
    ...Object.keys(pointer).map((name): [string, string] => [
      `no ${name}`,
      JSON.stringify({ ...pointer, [name]: undefined }),
    ]),
    ['half an octet', JSON.stringify({ ...pointer, firstByte: 0.5 })],
    ['a number in a text', JSON.stringify({ ...pointer, chunk: '0' })],
  ])('refuses %s without quoting it', (_, body) => {
    expect(() => parseChunkPointer(body)).toThrow(expect.objectContaining({ code: 'chunk-pointer' }));
    expect(() => parseChunkPointer(body)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('taro') }),
    );
  });
});

describe('parseChunkRow', () => {
  it('reads a row', () => {
    expect(parseChunkRow('{"r":1,"a":"taro@example.com","d":{}}')).toEqual({
      r: 1,
      a: 'taro@example.com',
      d: {},
    });
  });

  it('refuses half a row without quoting it', () => {
    const refuse = () => parseChunkRow('{"r":1,"a":"taro@exa');
    expect(refuse).toThrow(InputError);
    expect(refuse).toThrow(expect.not.objectContaining({ message: expect.stringContaining('taro') }));
  });
});
