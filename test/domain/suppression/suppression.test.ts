import { parseScope, type Suppression, suppressionOf } from '../../../domain/suppression/suppression.ts';

const nowMs = 1_790_000_000_000;
const suppression: Suppression = { reason: 'unsubscribe', source: 'one-click', atMs: nowMs - 1 };
const marketing = { category: 'marketing', topic: 'newsletter' } as const;
const transactional = { category: 'transactional' } as const;

describe('suppressionOf', () => {
  it.each([
    { scope: 'all', mail: marketing, applies: true },
    { scope: 'all', mail: transactional, applies: true },
    { scope: 'marketing', mail: marketing, applies: true },
    { scope: 'marketing', mail: transactional, applies: false },
    { scope: 'transactional', mail: marketing, applies: false },
    { scope: 'transactional', mail: transactional, applies: true },
    { scope: 'topic:newsletter', mail: marketing, applies: true },
    { scope: 'topic:product-updates', mail: marketing, applies: false },
    { scope: 'topic:newsletter', mail: transactional, applies: false },
  ] as const)('of scope $scope applies=$applies to $mail', ({ scope, mail, applies }) => {
    expect(suppressionOf({ [scope]: suppression }, mail, nowMs)).toEqual(
      applies ? { ...suppression, scope } : undefined,
    );
  });

  it.each([
    { expiresAtMs: nowMs + 1, applies: true },
    { expiresAtMs: nowMs, applies: false },
  ])('that ends at $expiresAtMs applies=$applies', ({ expiresAtMs, applies }) => {
    const found = suppressionOf({ all: { ...suppression, expiresAtMs } }, transactional, nowMs);
    expect(found !== undefined).toBe(applies);
  });

  it('looks past one that has ended', () => {
    const ended = { ...suppression, expiresAtMs: nowMs };
    const found = suppressionOf({ all: ended, 'topic:newsletter': suppression }, marketing, nowMs);
    expect(found?.scope).toBe('topic:newsletter');
  });

  it('is undefined for a recipient without any', () => {
    expect(suppressionOf({}, marketing, nowMs)).toBeUndefined();
  });
});

describe('parseScope', () => {
  it.each(['all', 'marketing', 'transactional', 'topic:newsletter', `topic:${'a'.repeat(64)}`])(
    'reads %s',
    (text) => {
      expect(parseScope(text)).toBe(text);
    },
  );

  it.each([
    '',
    'All',
    'newsletter',
    'topic:',
    'topic:News',
    'topic:-a',
    `topic:${'a'.repeat(65)}`,
    'topic:a\n',
  ])('answers undefined to %p', (text) => {
    expect(parseScope(text)).toBeUndefined();
  });
});
