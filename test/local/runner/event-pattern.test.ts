import { compileEventPattern } from '../../../local/runner/event-pattern.ts';
import type { JsonObject } from '../../../local/runner/json.ts';

const event: JsonObject = {
  source: 'shop.orders',
  'detail-type': 'Order Placed',
  resources: ['arn:one', 'arn:two'],
  detail: { total: 42, state: 'Ready', note: null, file: 'a/b/c.png', lines: [{ sku: 'x1' }, { sku: 'y2' }] },
};

describe('compileEventPattern', () => {
  it.each<[string, JsonObject, boolean]>([
    ['an exact value', { source: ['shop.orders'] }, true],
    ['one of several values', { source: ['a', 'shop.orders'] }, true],
    ['another value', { source: ['shop'] }, false],
    ['two fields that both match', { source: ['shop.orders'], detail: { total: [42] } }, true],
    ['two fields of which one matches', { source: ['shop.orders'], detail: { total: [41] } }, false],
    ['an element of an array', { resources: ['arn:two'] }, true],
    ['a field inside an array of objects', { detail: { lines: { sku: ['y2'] } } }, true],
    ['null', { detail: { note: [null] } }, true],
    ['a number as text', { detail: { total: ['42'] } }, false],
    ['a prefix', { source: [{ prefix: 'shop.' }] }, true],
    ['a prefix in any case', { source: [{ prefix: { 'equals-ignore-case': 'SHOP' } }] }, true],
    ['a suffix', { detail: { file: [{ suffix: '.png' }] } }, true],
    ['a missing suffix', { detail: { file: [{ suffix: '.jpg' }] } }, false],
    ['equals-ignore-case', { detail: { state: [{ 'equals-ignore-case': 'READY' }] } }, true],
    ['a wildcard', { detail: { file: [{ wildcard: 'a/*/c.*' }] } }, true],
    ['a wildcard whose dot is a dot', { detail: { file: [{ wildcard: 'a/b/c.?ng' }] } }, false],
    ['anything-but a value', { source: [{ 'anything-but': 'shop.orders' }] }, false],
    ['anything-but a list', { source: [{ 'anything-but': ['x', 'y'] }] }, true],
    ['anything-but a prefix', { source: [{ 'anything-but': { prefix: 'shop' } }] }, false],
    ['anything-but of an absent field', { missing: [{ 'anything-but': 'x' }] }, false],
    ['a numeric range', { detail: { total: [{ numeric: ['>', 0, '<=', 42] }] } }, true],
    ['outside a numeric range', { detail: { total: [{ numeric: ['<', 42] }] } }, false],
    ['numeric of a text', { source: [{ numeric: ['>', 0] }] }, false],
    ['exists true', { detail: { state: [{ exists: true }] } }, true],
    ['exists false of a field that is there', { detail: { state: [{ exists: false }] } }, false],
    ['exists false below an absent object', { absent: { field: [{ exists: false }] } }, true],
    ['one branch of $or', { $or: [{ source: ['x'] }, { detail: { total: [42] } }] }, true],
    ['no branch of $or', { $or: [{ source: ['x'] }, { source: ['y'] }] }, false],
  ])('on %s', (_, pattern, matches) => {
    expect(compileEventPattern(pattern, 'pattern')(event)).toBe(matches);
  });

  it.each<[string, JsonObject, string]>([
    ['an unknown operator', { a: [{ cidr: '192.0.2.0/24' }] }, 'cidr at pattern.a[0]'],
    ['a bare value', { a: 'x' }, 'pattern.a'],
    ['an empty list', { a: [] }, 'pattern.a'],
    ['two operators in one', { a: [{ prefix: 'x', suffix: 'y' }] }, 'pattern.a[0]'],
    ['half a numeric pair', { a: [{ numeric: ['>'] }] }, 'pattern.a[0]'],
  ])('refuses %s', (_, pattern, message) => {
    expect(() => compileEventPattern(pattern, 'pattern')).toThrow(message);
  });
});
