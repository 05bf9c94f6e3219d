import { type Appearance, asSeen } from '../../../cli/template/preview/appearance.ts';

const style = (css: string, appearance: Appearance) =>
  /<style id>([\s\S]*?)<\/style>/.exec(
    asSeen(`<head><style id>${css}</style></head><body></body>`, appearance),
  )?.[1];

describe('media queries', () => {
  it.each([
    { query: '(prefers-color-scheme: dark)', light: '(max-width:0)', dark: '(min-width:0)' },
    { query: '(prefers-color-scheme:light)', light: '(min-width:0)', dark: '(max-width:0)' },
    { query: '( PREFERS-COLOR-SCHEME : DARK )', light: '(max-width:0)', dark: '(min-width:0)' },
    { query: '(prefers-color-scheme)', light: '(min-width:0)', dark: '(min-width:0)' },
    {
      query: 'screen and (prefers-color-scheme: dark) and (min-width: 480px)',
      light: 'screen and (max-width:0) and (min-width: 480px)',
      dark: 'screen and (min-width:0) and (min-width: 480px)',
    },
  ])('$query holds as the frame is to look', ({ query, light, dark }) => {
    const css = (condition: string) => `@media ${condition} { a { color: red } }`;
    expect(style(css(query), 'light')).toBe(css(light));
    expect(style(css(query), 'inverted')).toBe(css(light));
    expect(style(css(query), 'dark')).toBe(css(dark));
  });

  it('hold in attributes too', () => {
    const html = '<picture><source media="(prefers-color-scheme: dark)" srcset="dark.png"></picture>';
    expect(asSeen(html, 'dark')).toContain('<source media="(min-width:0)" srcset="dark.png">');
  });

  it('stay as they are where the mail only talks of them', () => {
    expect(asSeen('<p>(prefers-color-scheme: dark)</p>', 'dark')).toContain('(prefers-color-scheme: dark)');
  });
});

it.each([
  { declared: ':root{color-scheme:light dark}', dark: ':root{color-scheme:dark}' },
  { declared: ':root { color-scheme: dark light; x: y }', dark: ':root { color-scheme: dark; x: y }' },
  { declared: ':root{supported-color-schemes:light dark}', dark: ':root{supported-color-schemes:dark}' },
  { declared: ':root{color-scheme:light}', dark: ':root{color-scheme:light}' },
])('support for both schemes, $declared, becomes support for the one shown', ({ declared, dark }) => {
  expect(style(declared, 'dark')).toBe(dark);
});

it('reads support from the meta element, and does not make any up', () => {
  const meta = '<meta name="color-scheme" content="light dark">';
  expect(asSeen(meta, 'dark')).toContain('<meta name="color-scheme" content="dark">');
  expect(asSeen(meta, 'light')).toContain('<meta name="color-scheme" content="light">');
  expect(asSeen('<p>plain</p>', 'dark')).not.toContain('color-scheme');
});

it('loads no style sheet from elsewhere', () => {
  const link = '<link href="https://fonts.example.com/a.css" rel="stylesheet" type="text/css">';
  const html = `<head>${link}<style>@import url(https://fonts.example.com/a.css); a{}</style></head>`;
  expect(asSeen(html, 'light')).not.toContain('fonts.example.com');
  expect(asSeen(html, 'light')).toContain(' a{}</style>');
});

it('turns colours round only to simulate a client that does, and pictures twice', () => {
  expect(asSeen('<head></head>', 'inverted')).toMatch(
    /html\{[^}]*invert\(1\)[^}]*\}img,video\{[^}]*invert\(1\)/,
  );
  for (const appearance of ['light', 'dark'] as const) {
    expect(asSeen('<head></head>', appearance)).not.toContain('invert');
  }
});
