import fc from 'fast-check';
import {
  listUnsubscribeHeaders,
  openUnsubscribeToken,
  sealUnsubscribeToken,
  type TokenKeys,
  unsubscribeUrl,
} from '../../domain/unsubscribe.ts';

const keys: TokenKeys = { current: 'k1', keys: { k1: 'first-key-of-at-least-32-characters' } };
const rotated: TokenKeys = {
  current: 'k2',
  keys: { ...keys.keys, k2: 'second-key-of-at-least-32-characters' },
};
const claim = { address: 'taro@example.com', topic: 'newsletter' };
const anyClaim = fc.record({
  address: fc.stringMatching(/^[a-z."+ ]{1,64}@[a-z]{1,63}\.example$/),
  topic: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/),
});
const anyOrigin = fc.record({
  campaignId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/),
  variant: fc.constantFrom('A' as const, 'D' as const),
});

describe('an unsubscribe token', () => {
  it('opens to what was sealed, is the same every time, and fits a URL path', () => {
    fc.assert(
      fc.property(anyClaim, fc.option(anyOrigin), (claimed, origin) => {
        const sealed = origin === null ? claimed : { ...claimed, origin };
        const token = sealUnsubscribeToken(sealed, keys);
        expect(openUnsubscribeToken(token, keys)).toEqual(sealed);
        expect(sealUnsubscribeToken(sealed, keys)).toBe(token);
        expect(token).toMatch(/^[A-Za-z0-9._-]{1,600}$/);
      }),
    );
  });

  it('opens for the longest address and topic', () => {
    const longest = { address: `${'a'.repeat(64)}@${'b'.repeat(189)}`, topic: 't'.repeat(64) };
    expect(openUnsubscribeToken(sealUnsubscribeToken(longest, keys), keys)).toEqual(longest);
    const sealed = { ...longest, origin: { campaignId: 'c'.repeat(64), variant: 'D' as const } };
    const token = sealUnsubscribeToken(sealed, keys);
    expect(openUnsubscribeToken(token, keys)).toEqual(sealed);
    expect(token.length).toBeLessThan(600);
  });

  it('reveals neither address nor topic', () => {
    const token = sealUnsubscribeToken(claim, keys);
    const bytes = Buffer.from(token.slice('k1.'.length), 'base64url').toString('latin1');
    expect(bytes).not.toContain('taro');
    expect(bytes).not.toContain('newsletter');
  });

  it('is different for every recipient and topic', () => {
    const tokens = [claim, { ...claim, topic: 'news' }, { ...claim, address: 'jiro@example.com' }].map(
      (each) => sealUnsubscribeToken(each, keys),
    );
    expect(new Set(tokens).size).toBe(3);
  });

  it('opens to nothing with any of its characters changed', () => {
    const token = sealUnsubscribeToken(claim, keys);
    for (let i = 0; i < token.length; i++) {
      for (const character of ['A', 'b', '0', '-', '_', '.', '/', '=']) {
        if (character !== token[i]) {
          const forged = token.slice(0, i) + character + token.slice(i + 1);
          expect([forged, openUnsubscribeToken(forged, keys)]).toEqual([forged, undefined]);
        }
      }
    }
  });

  it('opens to nothing when it is cut, lengthened or padded', () => {
    const token = sealUnsubscribeToken(claim, keys);
    for (let length = 0; length < token.length; length++) {
      expect(openUnsubscribeToken(token.slice(0, length), keys)).toBeUndefined();
    }
    for (const more of ['A', '=', '==', ' ', '\n', '/', '.']) {
      expect(openUnsubscribeToken(token + more, keys)).toBeUndefined();
    }
  });

  it('goes on working when a new key becomes current, and not when its key is gone', () => {
    const old = sealUnsubscribeToken(claim, keys);
    expect(openUnsubscribeToken(old, rotated)).toEqual(claim);
    const fresh = sealUnsubscribeToken(claim, rotated);
    expect(fresh).toMatch(/^k2\./);
    expect(openUnsubscribeToken(fresh, rotated)).toEqual(claim);
    expect(openUnsubscribeToken(fresh, keys)).toBeUndefined();
  });

  it('opens to nothing with another key of the same id, or under the id of another key', () => {
    const token = sealUnsubscribeToken(claim, keys);
    expect(openUnsubscribeToken(token, { current: 'k1', keys: { k1: 'another-key' } })).toBeUndefined();
    const same: TokenKeys = { current: 'k1', keys: { k1: 'x', k2: 'x' } };
    expect(openUnsubscribeToken(sealUnsubscribeToken(claim, same).replace('k1', 'k2'), same)).toBeUndefined();
  });

  it.each(['', '.', 'k1.', 'k1', 'constructor.AAAA', '__proto__.AAAA', 'k1.AAAA', `k1.${'A'.repeat(2_000)}`])(
    '%p opens to nothing',
    (token) => {
      expect(openUnsubscribeToken(token, keys)).toBeUndefined();
    },
  );

  it.each([
    { when: 'the current key is not there', current: 'k9', message: 'is not among the keys' },
    {
      when: 'the id of the key would not open again',
      current: 'key-1',
      message: '1 to 16 letters and digits',
    },
  ])('is not made when $when', ({ current, message }) => {
    const unfit: TokenKeys = { current, keys: { k1: 'x', 'key-1': 'x' } };
    expect(() => sealUnsubscribeToken(claim, unfit)).toThrow(message);
  });
});

describe('listUnsubscribeHeaders', () => {
  it('are those of RFC 8058, exactly', () => {
    expect(listUnsubscribeHeaders(unsubscribeUrl('https://mail.example.com', 'k1.abc'))).toEqual({
      'List-Unsubscribe': '<https://mail.example.com/u/k1.abc>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });
});
