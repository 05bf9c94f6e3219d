import fc from 'fast-check';
import { parseMailbox } from '../../../domain/address.ts';
import { isPlainAddress } from '../../../domain/audience/plain-address.ts';
import { InputError } from '../../../domain/errors.ts';

function isPlain(text: string): boolean {
  const bytes = Buffer.from(`,${text},`);
  return isPlainAddress(bytes, 1, bytes.length - 1);
}

/** The wire form, undefined where the address is refused. */
function wireOf(text: string): string | undefined {
  try {
    return parseMailbox(text, 'address').wire;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

describe('isPlainAddress', () => {
  const sign = fc.constantFrom(...'abz09.-_+@@..A"é %');
  const soup = fc.array(sign, { maxLength: 14 }).map((signs) => signs.join(''));
  const sides = fc.tuple(fc.array(sign, { minLength: 1, maxLength: 6 }), fc.array(sign, { maxLength: 8 }));
  const likely = sides.map(([local, domain]) => `${local.join('')}@${domain.join('')}example.com`);
  const long = fc
    .tuple(
      fc.integer({ min: 60, max: 66 }),
      fc.integer({ min: 60, max: 66 }),
      fc.integer({ min: 0, max: 150 }),
    )
    .map(([local, label, more]) => `${'l'.repeat(local)}@${'d'.repeat(label)}.${'e.'.repeat(more / 2)}jp`);

  it('takes only what is taken as it is, in small letters', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(soup, likely, long), (text) => {
        if (isPlain(text)) {
          taken++;
          expect(wireOf(text)).toBe(text);
          expect(text.toLowerCase()).toBe(text);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it.each([
    'taro@example.com',
    'first.last+tag@mail.example.co.jp',
    "o'neil_1@a-b.example.jp",
    '1@2.example.com',
  ])('takes %s', (address) => {
    expect(isPlain(address)).toBe(true);
  });
});
