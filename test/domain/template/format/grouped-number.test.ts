import fc from 'fast-check';
import { groupedNumber } from '../../../../domain/template/format/grouped-number.ts';

const locales = ['ja', 'en', 'de', 'fr', 'de-CH', 'zh-Hant', 'pt-BR'];
const currencies = ['JPY', 'USD', 'EUR', 'KWD'];

function formatOf(locale: string, currency: string | undefined): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, currency === undefined ? {} : { style: 'currency', currency });
}

describe('groupedNumber', () => {
  it('writes every whole number as the formatter does', () => {
    const formatters = locales.flatMap((locale) =>
      [undefined, ...currencies].map((currency) => formatOf(locale, currency)),
    );
    for (const format of formatters) {
      const grouped = groupedNumber(format);
      expect(grouped).toBeDefined();
      fc.assert(
        fc.property(fc.maxSafeNat(), (amount) => {
          expect(grouped?.(amount)).toBe(format.format(amount));
        }),
      );
    }
  });

  it.each([
    { locale: 'hi', why: 'it groups by lakhs' },
    { locale: 'ar-EG', why: 'it has digits of its own' },
    { locale: 'es', why: 'it groups from ten thousand on' },
    { locale: 'pl', why: 'it groups from ten thousand on' },
  ])('leaves $locale to the formatter: $why', ({ locale }) => {
    expect(groupedNumber(formatOf(locale, 'EUR'))).toBeUndefined();
  });
});
