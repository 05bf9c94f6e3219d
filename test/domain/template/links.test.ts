import fc from 'fast-check';
import { InputError } from '../../../domain/errors.ts';
import { escapeFor } from '../../../domain/template/escape.ts';

function isAccepted(link: string): boolean {
  try {
    return escapeFor('l', link, () => 'x') === link;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** What a browser makes of a link, without any short cut. */
function isSafe(link: string): boolean {
  const url = URL.parse(link);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
}

describe('a link', () => {
  it('of https is accepted just when a browser finds a host and no user in it', () => {
    const pieces = fc.constantFrom(
      ...[
        'a',
        'b1',
        '-',
        '.',
        '..',
        'com',
        'xn--',
        'xn--a',
        '1',
        '255',
        '/',
        '?',
        '#',
        '@',
        ':',
        ':80',
        '%',
        '%41',
        '&',
        '=',
        '~',
        '+',
        '_',
        '[',
        ']',
        '|',
        '日本',
      ],
    );
    const link = fc.array(pieces, { maxLength: 8 }).map((some) => `https://${some.join('')}`);
    fc.assert(
      fc.property(
        fc.oneof(
          link,
          fc.webUrl({ validSchemes: ['https'], withQueryParameters: true, withFragments: true }),
        ),
        (text) => {
          expect(isAccepted(text)).toBe(isSafe(text));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
