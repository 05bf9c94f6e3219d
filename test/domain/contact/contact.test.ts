import {
  emptyContact,
  isTopic,
  withoutTopic,
  withPreferences,
  withTopic,
} from '../../../domain/contact/contact.ts';
import { readContact } from '../../../domain/contact/contact-row.ts';

const consent = { atMs: 5, source: 'import' };
const later = { atMs: 7, source: 'cli', evidence: 'form' };

describe('a topic', () => {
  const asked = withTopic(emptyContact, 'newsletter', consent, false);

  it('is kept with what proves that it was asked for', () => {
    expect(asked.topics).toEqual({ newsletter: consent });
  });

  it('keeps its first proof, unless a later one is to take its place', () => {
    expect(withTopic(asked, 'newsletter', later, false)).toBe(asked);
    expect(withTopic(asked, 'newsletter', later, true).topics).toEqual({ newsletter: later });
    expect(withTopic(asked, 'newsletter', { ...later, atMs: 5 }, true)).toBe(asked);
  });

  it('goes, and nothing changes where it was not there', () => {
    expect(withoutTopic(asked, 'newsletter')).toEqual(emptyContact);
    expect(withoutTopic(asked, 'other')).toBe(asked);
  });

  it.each([
    ['newsletter', true],
    ['product-updates', true],
    ['', false],
    ['Newsletter', false],
    ['-a', false],
    ['a b', false],
  ])('may be called %j: %s', (topic, expected) => {
    expect(isTopic(topic)).toBe(expected);
  });
});

it('replaces preferences that are given, and keeps the others', () => {
  const contact = withPreferences(emptyContact, { name: '花子', locale: 'ja' });
  expect(withPreferences(contact, { locale: 'en' }).preferences).toEqual({ name: '花子', locale: 'en' });
  expect(withPreferences(contact, { locale: 'ja' })).toBe(contact);
});

describe('a row of an import', () => {
  const read = (values: Record<string, unknown>, always: readonly string[] = []) =>
    readContact({ row: 3, values: { address: 'A@Example.com', ...values } }, always);

  it('says who it is, what they prefer, and what they asked for', () => {
    const row = read({
      ...{ name: '花子', locale: 'ja', TimeZone: 'Asia/Tokyo', topics: 'newsletter; events' },
      ...{ 'topic:sale': 'no', 'topic:empty': '', at: '2026-01-02T03:04:05Z', evidence: 'form 7' },
    });
    expect(row).toMatchObject({
      address: 'A@example.com',
      preferences: { name: '花子', locale: 'ja', timeZone: 'Asia/Tokyo' },
      atMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      evidence: 'form 7',
    });
    expect([...row.topics]).toEqual([
      ['newsletter', true],
      ['events', true],
      ['sale', false],
    ]);
  });

  it('asks for what everybody in the file asks for, unless it says no', () => {
    expect([...read({}, ['newsletter']).topics]).toEqual([['newsletter', true]]);
    expect([...read({ 'topic:newsletter': 'いいえ' }, ['newsletter']).topics]).toEqual([
      ['newsletter', false],
    ]);
    expect([...read({ topics: ['a', 'b'] }).topics.keys()]).toEqual(['a', 'b']);
  });

  it.each([
    [{ address: 'nobody' }, 'address-no-domain|address-syntax', 'row 3 address'],
    [{ 'topic:a': 'perhaps' }, 'contact-row', 'topic:a is neither yes nor no'],
    [{ 'topic:A b': 'yes' }, 'contact-row', 'names a topic'],
    [{ topics: 'News!' }, 'contact-row', 'topics names a topic'],
    [{ timeZone: 'Tokyo' }, 'contact-row', 'timeZone is no time zone such as Asia/Tokyo'],
    [{ at: 'yesterday' }, 'contact-row', 'at is not a time of RFC 3339'],
    [{ locale: 'x'.repeat(129) }, 'contact-row', 'locale has 129 characters; 128 are the most'],
    [{ name: 'a\nb' }, 'header-injection', 'row 3 name'],
  ])('is refused with its number and column: %j', (values, code, message) => {
    const refused = () => read(values);
    expect(refused).toThrow(message);
    expect(refused).toThrow(
      expect.objectContaining({ code: expect.stringMatching(new RegExp(`^(?:${code})$`)) }),
    );
  });
});
