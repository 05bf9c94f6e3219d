import fc from 'fast-check';
import { formatCurrency, formatDate, formatNumber } from '../../../../domain/template/format/format.ts';
import { parseInstant } from '../../../../domain/template/format/instant.ts';

const field = () => 'x';

describe('parseInstant', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0, false],
    ['2026-11-24T09:15:00+09:00', 1795479300000, false],
    ['2026-11-24t00:15z', 1795479300000, false],
    ['2026-11-23T19:45:00.25-04:30', 1795479300250, false],
    ['2028-02-29', 1835395200000, true],
    ['1969-12-31', -86400000, true],
  ])('reads %s', (text, epochMs, dayOnly) => {
    expect(parseInstant(text)).toEqual({ epochMs, dayOnly });
  });

  it.each([
    '',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-32',
    '2026-01-01T24:00Z',
    '2026-01-01T00:60Z',
    '2026-01-01T00:00',
    '2026-1-1',
    '2026-01-01Z',
    '2026-01-01T00:00:00+24:00',
    '1795479300',
    'tomorrow',
  ])('does not take %j for a date', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('takes what RFC 3339 lets stand, and nothing else', () => {
    const form =
      /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[Tt](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;
    const good = [
      '2026-11-24',
      '2026-11-24T09:15Z',
      '2026-11-24t09:15:30.25+09:00',
      '2026-11-24T09:15:30-04:30',
    ];
    const place = fc.record({
      text: fc.constantFrom(...good),
      at: fc.nat({ max: 30 }),
      cut: fc.nat({ max: 2 }),
      put: fc.string({ unit: fc.constantFrom(...'0159-+:.TZtz /'), maxLength: 2 }),
    });
    fc.assert(
      fc.property(place, ({ text, at, cut, put }) => {
        const written = text.slice(0, at) + put + text.slice(at + cut);
        const noon = Date.parse(`${written.slice(0, 10)}T12:00Z`);
        const exists = new Date(noon).toJSON()?.slice(0, 10) === written.slice(0, 10);
        expect({ written, taken: parseInstant(written) !== undefined }).toEqual({
          written,
          taken: form.test(written) && exists,
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the date of the platform', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(parseInstant(date.toISOString())?.epochMs).toBe(date.getTime());
        },
      ),
    );
  });
});

describe('helpers', () => {
  it.each([
    { locale: 'ja', amount: 12840, currency: 'JPY', written: '￥12,840' },
    { locale: 'en', amount: 12840, currency: 'JPY', written: '¥12,840' },
    { locale: 'en', amount: 12.5, currency: 'USD', written: '$12.50' },
    { locale: 'en', amount: '12345678901234567.89', currency: 'USD', written: '$12,345,678,901,234,567.89' },
    { locale: 'en', amount: -1, currency: 'EUR', written: '-€1.00' },
    { locale: 'en', amount: -0, currency: 'USD', written: '-$0.00' },
    { locale: 'es', amount: 1234, currency: 'EUR', written: '1234,00\u00a0€' },
    { locale: 'hi', amount: 1234567, currency: 'JPY', written: 'JP¥12,34,567' },
  ])('write $amount $currency in $locale as $written', ({ locale, amount, currency, written }) => {
    expect(formatCurrency(locale, amount, currency, field)).toBe(written);
  });

  it.each([
    { amount: 1234567, digits: undefined, written: '1,234,567' },
    { amount: 0.12345, digits: undefined, written: '0.123' },
    { amount: 2, digits: 2, written: '2.00' },
    { amount: '0.5', digits: 0, written: '1' },
  ])('write $amount with $digits digits as $written', ({ amount, digits, written }) => {
    expect(formatNumber('en', amount, digits, field)).toBe(written);
  });

  it.each([
    {
      locale: 'ja',
      value: '2026-11-24T16:00:00Z',
      style: 'long',
      zone: 'Asia/Tokyo',
      written: '2026年11月25日',
    },
    {
      locale: 'en',
      value: '2026-11-24T16:00:00Z',
      style: 'long',
      zone: 'America/New_York',
      written: 'November 24, 2026',
    },
    {
      locale: 'en',
      value: '2026-11-24',
      style: 'long',
      zone: 'America/New_York',
      written: 'November 24, 2026',
    },
    { locale: 'en', value: '2026-11-24', style: 'short', zone: 'Pacific/Kiritimati', written: '11/24/26' },
    { locale: 'ja', value: '2026-11-24T00:15:00Z', style: 'time', zone: 'Asia/Tokyo', written: '9:15' },
    {
      locale: 'ja',
      value: '2026-11-24T00:15:00Z',
      style: 'medium time',
      zone: 'Asia/Tokyo',
      written: '2026/11/24 9:15',
    },
  ])('write $value in $locale and $zone as $written', ({ locale, value, style, zone, written }) => {
    expect(formatDate(locale, value, style, zone, field)).toBe(written);
  });

  it.each([
    ['a word as an amount', () => formatCurrency('en', 'ten', 'JPY', field)],
    ['an empty amount', () => formatNumber('en', '', undefined, field)],
    ['an exponent', () => formatNumber('en', '1e3', undefined, field)],
    ['infinity', () => formatNumber('en', Number.POSITIVE_INFINITY, undefined, field)],
    ['an unknown currency', () => formatCurrency('en', 1, 'yen', field)],
    ['a number as a date', () => formatDate('en', 1795479300000, 'long', 'Asia/Tokyo', field)],
    ['a time of a mere day', () => formatDate('en', '2026-11-24', 'long time', 'Asia/Tokyo', field)],
    ['an unknown zone', () => formatDate('en', '2026-11-24T00:00Z', 'long', 'Asia/Atlantis', field)],
  ])('refuse %s', (_what, act) => {
    expect(act).toThrow(expect.objectContaining({ name: 'InputError', code: 'wrong-type', field: 'x' }));
  });
});
