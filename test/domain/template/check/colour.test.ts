import fc from 'fast-check';
import { type Colour, colourOf, contrastOf } from '../../../../domain/template/check/colour.ts';

it.each([
  { css: '#fff', colour: [255, 255, 255] },
  { css: '#0F5F5C', colour: [15, 95, 92] },
  { css: '#ffff', colour: [255, 255, 255] },
  { css: '#01020380', colour: undefined },
  { css: 'Red', colour: [255, 0, 0] },
  { css: ' rgb(1, 2, 3) !important', colour: [1, 2, 3] },
  { css: 'rgba(1,2,3,1)', colour: [1, 2, 3] },
  { css: 'rgba(1,2,3,0.5)', colour: undefined },
  { css: 'transparent', colour: undefined },
  { css: 'toString', colour: undefined },
  { css: '#12345', colour: undefined },
])('$css is $colour', ({ css, colour }) => {
  expect(colourOf(css)).toEqual(colour);
});

it.each([
  { one: '#000', other: '#fff', ratio: 21 },
  { one: '#777777', other: '#ffffff', ratio: 4.48 },
  { one: '#767676', other: '#ffffff', ratio: 4.54 },
])('the contrast of $one and $other is $ratio, as WCAG has it', ({ one, other, ratio }) => {
  const [a, b] = [colourOf(one) ?? [0, 0, 0], colourOf(other) ?? [0, 0, 0]] satisfies readonly Colour[];
  expect(contrastOf(a as Colour, b as Colour)).toBeCloseTo(ratio, 1);
});

it('contrast is the same both ways round, and from 1 to 21', () => {
  const channel = fc.integer({ min: 0, max: 255 });
  const colour = fc.tuple(channel, channel, channel);
  fc.assert(
    fc.property(colour, colour, (one, other) => {
      const ratio = contrastOf(one, other);
      expect(ratio).toBe(contrastOf(other, one));
      expect(ratio).toBeGreaterThanOrEqual(1);
      expect(ratio).toBeLessThanOrEqual(21.0000001);
    }),
  );
});
