import fc from 'fast-check';
import { cssPhase, hole, urlPhase } from '../../../domain/template/compile/phases.ts';
import { encodeUrlPart, escapeFor } from '../../../domain/template/escape.ts';
import { renderMail } from '../../../domain/template/render.ts';
import { aTemplate, compiled, inBody, inColumn, inText, problemCodes } from './a-template.ts';

const field = () => 'x';

describe('escapeFor', () => {
  it.each([
    { context: 't', value: `<b>&"'`, written: '&lt;b&gt;&amp;&quot;&#39;' },
    { context: 'a', value: `" onclick='`, written: '&quot; onclick=&#39;' },
    { context: 't', value: 'a\u0000\u001bb\tc\nd', written: 'ab\tc\nd' },
    { context: 'u', value: 'https://example.com/?a=1&b="', written: 'https://example.com/?a=1&amp;b=&quot;' },
    { context: 'u', value: 'mailto:a@example.com', written: 'mailto:a@example.com' },
    { context: 'u', value: 'tel:+81-3-0000-0000', written: 'tel:+81-3-0000-0000' },
    { context: 'l', value: 'https://example.com/?a=1&b=2', written: 'https://example.com/?a=1&b=2' },
    { context: 'p', value: `a b/&?#="'()<>日`, written: 'a%20b%2F%26%3F%23%3D%22%27%28%29%3C%3E%E6%97%A5' },
    { context: 'p', value: 'lone \ud800', written: 'lone%20%EF%BF%BD' },
    { context: 'c', value: '#0f5f5c', written: '#0f5f5c' },
    { context: 'c', value: 'red', written: 'red' },
    { context: 'c', value: '-12.5px', written: '-12.5px' },
    { context: 'h', value: 'ご注文 <1> "a"', written: 'ご注文 <1> "a"' },
    { context: 'x', value: '<a>\r\nb\rc\u0007', written: '<a>\nb\nc' },
    { context: 't', value: '{{y}}', written: '{{y}}' },
  ] as const)('writes into $context: $value', ({ context, value, written }) => {
    expect(escapeFor(context, value, field)).toBe(written);
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'http://example.com/',
    'ftp://example.com/',
    '//example.com/',
    '/path',
    'example.com',
    '',
    'https:example.com',
    'https:\\\\example.com',
    'https://user:secret@example.com/',
    'https://example.com@evil.example.com/',
    'https://127.0.0.1:80@evil.example.com/',
    'https://127.0.0.1:65536/',
    'https://example.com/\u0000',
    'https://exa mple.com/',
    'https://',
  ])('refuses the URL %j', (value) => {
    for (const context of ['u', 'l'] as const) {
      expect(() => escapeFor(context, value, field)).toThrow(
        expect.objectContaining({ code: 'unsafe-url', field: 'x' }),
      );
    }
  });

  it('takes no URL for a plain link that the URL parser would refuse, or that has user information', () => {
    const host = fc.constantFrom('127.0.0.1', 'example.com', 'xn--a', '127.0.0.256', '0x7f.1');
    const rest = fc.stringMatching(/^[:@/?#0-9a-z.]{0,12}$/);
    fc.assert(
      fc.property(host, rest, (name, end) => {
        let written: string;
        try {
          written = escapeFor('l', `https://${name}${end}`, field);
        } catch {
          return;
        }
        expect(URL.parse(written)).toMatchObject({ protocol: 'https:', username: '', password: '' });
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'red;background:url(//x)',
    'expression(alert(1))',
    'url(x)',
    '"',
    '#12',
    '1px 2px',
    '/**/',
    '',
    'a\\b',
    '}',
  ])('refuses the CSS value %j', (value) => {
    expect(() => escapeFor('c', value, field)).toThrow(
      expect.objectContaining({ code: 'unsafe-css', field: 'x' }),
    );
  });

  it.each([
    '\r',
    '\n',
    '\r\nBcc: a@example.com',
    '\0',
    '\t',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2066',
    '\u200f',
    '\u061c',
  ])('refuses %j in a header', (value) => {
    expect(() => escapeFor('h', `a${value}b`, field)).toThrow(
      expect.objectContaining({ code: 'header-injection', field: 'x' }),
    );
  });

  it('never tells the value that it refuses', () => {
    for (const context of ['u', 'c', 'h'] as const) {
      expect(() => escapeFor(context, 'hanako\n(secret)', field)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hanako') }),
      );
    }
  });

  it('escapes what means something in HTML, drops control characters and leaves everything else', () => {
    const names: Readonly<Record<string, string>> = {
      '&': 'amp',
      '<': 'lt',
      '>': 'gt',
      '"': 'quot',
      "'": '#39',
    };
    const character = fc.oneof(
      fc.constantFrom(...'&<>"\'\t\n\r\0\u007fab日😀'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit: character }), (value) => {
        const expected = value
          .replace(/\p{Cc}/gu, (control) => (/[\t\n\u0080-\u009f]/.test(control) ? control : ''))
          .replace(/[&<>"']/g, (each) => `&${names[each]};`);
        expect(escapeFor('t', value, field)).toBe(expected);
      }),
    );
  });

  it('keeps every value of a URL part in one piece and gives it back on decoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(encodeUrlPart(value)).toMatch(/^[\w.~%-]*$/);
        expect(decodeURIComponent(encodeUrlPart(value))).toBe(value);
      }),
    );
  });
});

describe('urlPhase', () => {
  it.each([
    { prefix: '', phase: 'start' },
    { prefix: '  ', phase: 'start' },
    { prefix: 'https://example.com/', phase: 'part' },
    { prefix: 'https://example.com?a=', phase: 'part' },
    { prefix: 'mailto:', phase: 'part' },
    { prefix: 'tel:', phase: 'part' },
    { prefix: `${hole}/`, phase: 'part' },
    { prefix: '/path?x=', phase: 'part' },
    { prefix: '#', phase: 'part' },
  ])('takes a hole after "$prefix" for a $phase', ({ prefix, phase }) => {
    expect(urlPhase(prefix)).toBe(phase);
  });

  it.each([
    'https://',
    'https://www.',
    'https:',
    'https://a@',
    '//',
    '//www.',
    'java',
    'javascript:',
    'data:text/html,',
    hole,
    `${hole}.`,
    `https://${hole}`,
    `https://${hole}/`,
  ])('refuses a hole after %j', (prefix) => {
    expect(urlPhase(prefix)).toHaveProperty('refused');
  });
});

describe('cssPhase', () => {
  it.each([
    { prefix: 'color:', phase: 'value' },
    { prefix: 'margin:0;border:1px solid ', phase: 'value' },
    { prefix: "background:url('https://example.com/", phase: 'url-part' },
    { prefix: 'background:url(https://example.com/a?', phase: 'url-part' },
  ])('takes a hole after "$prefix" for a $phase', ({ prefix, phase }) => {
    expect(cssPhase(prefix)).toBe(phase);
  });

  it.each([
    '',
    'color:red;',
    'co',
    'color:#',
    'width:1',
    'content:"',
    "font-family:'",
    'color:rgb(',
    'background:url(',
    "background:url('https://",
    'color:/*',
    `color:${hole}`,
  ])('refuses a hole after %j', (prefix) => {
    expect(cssPhase(prefix)).toHaveProperty('refused');
  });
});

describe('a hole that cannot be made safe', () => {
  const tenBranches = Array.from({ length: 10 }, (_, n) => `{{#if a}} ${n}px{{/if}}`).join('');
  const link = (href: string) => inColumn(`<mj-button href="${href}">go</mj-button>`);

  it.each([
    { code: 'unsafe-url-place', mjml: link('https://{{h}}/') },
    { code: 'unsafe-url-place', mjml: link('{{h}}{{i}}') },
    { code: 'unsafe-url-place', mjml: link('javascript:{{h}}') },
    { code: 'unsafe-url-place', mjml: link('{{#if a}}https://example.com/{{/if}}{{h}}') },
    { code: 'unsafe-url-place', mjml: link('{{#each a}}{{this}}{{/each}}') },
    { code: 'unsafe-style', mjml: inText('<b style="{{c}}">a</b>') },
    { code: 'unsafe-style', mjml: inText('<b style="color:{{c}}{{d}}">a</b>') },
    { code: 'unsafe-style', mjml: inText('<b style="{{#if a}}color:{{/if}}{{c}}">a</b>') },
    { code: 'unsafe-place', mjml: inText('<b onclick="{{c}}">a</b>') },
    { code: 'unsafe-place', mjml: inText('<img srcset="{{c}}">') },
    { code: 'unsafe-place', mjml: inText('<style>{{c}}</style>') },
    { code: 'unsafe-place', mjml: inBody('<mj-raw><script>{{c}}</script></mj-raw>') },
    { code: 'unsafe-place', mjml: inBody('<mj-raw><!-- {{c}} --></mj-raw>') },
    { code: 'unsafe-place', mjml: inBody('<mj-raw><iframe>{{c}}</iframe></mj-raw>') },
    { code: 'unbalanced-block', mjml: inText('{{#if a}}<a title="b{{/if}}">') },
    { code: 'too-many-branches', mjml: inText(`<b style="margin:${tenBranches}">a</b>`) },
  ])('is refused with $code: $mjml', async ({ code, mjml }) => {
    expect(await problemCodes(aTemplate({ mjml }))).toContain(code);
  });
});

describe('a hole in a comment for Outlook', () => {
  it('is written as in HTML, and nothing in it can close the comment', async () => {
    const mjml = inBody('<mj-raw><!--[if mso]><p title="{{x}}">{{x}}</p><![endif]--></mj-raw>');
    const { html } = renderMail(await compiled(aTemplate({ mjml })), 'en', { x: '--><b>"' });
    expect(html).toContain(
      '<!--[if mso]><p title="--&gt;&lt;b&gt;&quot;">--&gt;&lt;b&gt;&quot;</p><![endif]-->',
    );
  });
});
