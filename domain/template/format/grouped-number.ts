/**
 * Writes whole numbers from 0 on as a formatter would, in a fifth of its time. A mail shows its amounts twice, in
 * HTML and in text, and formatting them is most of the work of rendering an order.
 */
export type GroupedNumber = (amount: number) => string;

/** Every length of a group, and enough of them for a locale with other rules to show it. */
const samples = [0, 7, 12, 123, 1_234, 12_345, 123_456, 1_234_567, 12_345_678, 9_876_543_210];

const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

/**
 * Reads off a formatter what it puts around and between the digits.
 *
 * @returns undefined when it does anything else than group ASCII digits by thousands, as in Hindi or Arabic, or from
 *   ten thousand on only, as in Spanish.
 */
export function groupedNumber(format: Intl.NumberFormat): GroupedNumber | undefined {
  const parts = format.formatToParts(1_234_567);
  const first = parts.findIndex(({ type }) => type === 'integer');
  const last = parts.findLastIndex(({ type }) => type === 'integer');
  const textOf = (some: readonly Intl.NumberFormatPart[]): string => some.map(({ value }) => value).join('');
  const before = textOf(parts.slice(0, first));
  const after = textOf(parts.slice(last + 1));
  const separator = parts.find(({ type }) => type === 'group')?.value ?? '';
  const grouped: GroupedNumber = (amount) => {
    let rest = amount;
    let groups = '';
    while (rest >= 1000) {
      const lower = rest % 1000;
      groups = separator + threeDigits[lower] + groups;
      rest = (rest - lower) / 1000;
    }
    return before + rest + groups + after;
  };
  return samples.every((sample) => grouped(sample) === format.format(sample)) ? grouped : undefined;
}
