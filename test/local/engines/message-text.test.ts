import fc from 'fast-check';
import { fromEngineText, toEngineText } from '../../../local/engines/message-text.ts';

describe('the form of message bodies inside the engine', () => {
  it('comes back as it was, and holds no surrogates', () => {
    const unit = fc.constantFrom(
      'a',
      '届',
      '🎉',
      '𠮷',
      '\uE000',
      '\uE7FF',
      '\uF8FE',
      '\uF8F0\uF8F1\uF8F2',
      '\n',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit, maxLength: 20 }), fc.string({ unit: 'grapheme' })), (body) => {
        const text = toEngineText(body);
        expect(fromEngineText(text)).toBe(body);
        expect(text).not.toMatch(/[\uD800-\uDFFF]/);
      }),
    );
  });

  it('is the body itself when no character is beyond U+FFFF', () => {
    expect(toEngineText('お届け \uE000')).toBe('お届け \uE000');
  });
});
