import { compileTemplate } from '../../../domain/template/compile/compile-template.ts';
import { renderMail } from '../../../domain/template/render.ts';
import { aTemplate, compile, compiled, inBody, inColumn, inText, problemCodes } from './a-template.ts';

const en = { subject: 'Hello', fromName: 'Example', key: 'a & b' };
const meta = { currency: 'JPY', timeZone: 'Asia/Tokyo' };
const data = {
  x: 'X',
  a: { b: 'B' },
  id: 'i d',
  price: 1200,
  day: '2026-12-05',
  rows: [{ n: 'one' }, { n: 'two' }],
  flag: true,
  no: false,
  colour: '#c00',
  url: 'https://example.com/a',
};
const button = (attributes: string) => inColumn(`<mj-button ${attributes}>go</mj-button>`);

describe('a construct that MJML keeps', () => {
  it.each([
    { what: 'a value in mj-text', mjml: inText('{{x}}'), shows: '>X<' },
    { what: 'a nested value', mjml: inText('{{a.b}}'), shows: '>B<' },
    { what: 'a string of the locale', mjml: inText('{{@t.key}}'), shows: 'a &amp; b' },
    { what: 'a helper', mjml: inText('{{currency price}}'), shows: '¥1,200' },
    {
      what: 'a value in mj-title, and in the aria-label that MJML makes of it',
      mjml: `<mjml><mj-head><mj-title>{{x}}</mj-title></mj-head><mj-body></mj-body></mjml>`,
      shows: /<title>X<\/title>.*aria-label="X"/s,
    },
    {
      what: 'a value in mj-preview',
      mjml: `<mjml><mj-head><mj-preview>{{x}}</mj-preview></mj-head><mj-body></mj-body></mjml>`,
      shows: />X<\/div>/,
    },
    {
      what: 'a value in mj-table',
      mjml: inColumn('<mj-table><tr><td>{{x}}</td></tr></mj-table>'),
      shows: '<td>X</td>',
    },
    {
      what: 'a value in a query',
      mjml: button('href="https://example.com/?a=1&b={{id}}"'),
      shows: 'b=i%20d"',
    },
    {
      what: 'a block inside href',
      mjml: button('href="https://example.com/?a=1{{#if flag}}&b={{id}}{{/if}}"'),
      shows: 'b=i%20d"',
    },
    {
      what: 'a value in alt',
      mjml: inColumn('<mj-image src="https://example.com/a.png" alt="{{x}}" />'),
      shows: 'alt="X"',
    },
    {
      what: 'a value in src',
      mjml: inColumn('<mj-image src="https://example.com/{{id}}.png" alt="" />'),
      shows: 'src="https://example.com/i%20d.png"',
    },
    {
      what: 'single quotes inside an attribute',
      mjml: inColumn(`<mj-image src="https://example.com/a.png" alt="{{date day 'long'}}" />`),
      shows: 'alt="December 5, 2026"',
    },
    {
      what: 'rows of a list in mj-table',
      mjml: inColumn('<mj-table>{{#each rows}}<tr><td>{{n}}</td></tr>{{/each}}</mj-table>'),
      shows: '<tr><td>one</td></tr><tr><td>two</td></tr>',
    },
    { what: 'a block inside mj-text', mjml: inText('{{#if flag}}yes{{else}}no{{/if}}'), shows: '>yes<' },
    { what: 'else if', mjml: inText('{{#if no}}1{{else if flag}}2{{else}}3{{/if}}'), shows: '>2<' },
    {
      what: 'unless',
      mjml: inText('{{#if rows}}{{#unless flag}}1{{else}}2{{/unless}}{{/if}}'),
      shows: '>2<',
    },
    {
      what: 'a block in mj-raw around a section',
      mjml: inBody(
        '<mj-raw>{{#if flag}}</mj-raw><mj-section><mj-column><mj-text>in</mj-text></mj-column></mj-section><mj-raw>{{/if}}</mj-raw>',
      ),
      shows: '>in<',
    },
    {
      what: 'a list in mj-raw around a column',
      mjml: inBody(
        '<mj-section><mj-raw>{{#each rows}}</mj-raw><mj-column><mj-text>{{n}}</mj-text></mj-column><mj-raw>{{/each}}</mj-raw></mj-section>',
      ),
      shows: /one.*two/s,
    },
    {
      what: 'a colour in a style',
      mjml: inText('<b style="color:{{colour}}">!</b>'),
      shows: 'style="color:#c00"',
    },
    { what: 'a comment, which is dropped', mjml: inText('{{!-- {{x}} --}}!{{! y }}'), shows: '>!<' },
    {
      what: 'the colour of a border',
      mjml: inBody('<mj-section border-top="1px solid {{colour}}"><mj-column></mj-column></mj-section>'),
      shows: 'border-top:1px solid #c00',
    },
    { what: 'a whole URL', mjml: button('href="{{url}}"'), shows: 'href="https://example.com/a"' },
    {
      what: 'the background of mj-hero, a URL inside a style',
      mjml: inBody(
        '<mj-hero mode="fixed-height" height="90px" background-height="90px" background-width="600px" background-url="https://example.com/{{id}}.png"></mj-hero>',
      ),
      shows: /url\(['&#39;]*https:\/\/example\.com\/i%20d\.png/,
    },
  ])('is accepted: $what', async ({ mjml, shows }) => {
    const { html } = renderMail(await compiled(aTemplate({ mjml, en, meta })), 'en', data);
    if (typeof shows === 'string') expect(html).toContain(shows);
    else expect(html).toMatch(shows);
  });
});

describe('a construct that MJML would drop or break', () => {
  it.each([
    { code: 'quote-in-attribute', mjml: button('href="https://example.com/?{{date day "long"}}"') },
    { code: 'bare-tag', mjml: inBody('{{#if flag}}<mj-section></mj-section>{{/if}}') },
    { code: 'bare-tag', mjml: inBody('<mj-section>{{x}}</mj-section>') },
    { code: 'bare-tag', mjml: inBody('{% if flag %}<mj-section></mj-section>{% endif %}') },
    { code: 'literal', mjml: inText(`{{"a<b"}}`) },
    { code: 'literal', mjml: inBody(`{{ "a<b" }}`) },
    { code: 'literal', mjml: inText(`{{ "</mj-text>" }}`) },
    { code: 'literal', mjml: inText(`{{date day "a<b"}}`) },
    { code: 'literal', mjml: inText(`{{currency price "</mj-text>"}}`) },
    { code: 'in-tag', mjml: inColumn('<mj-text {{#if flag}}color="#fff"{{/if}}>a</mj-text>') },
    { code: 'in-tag', mjml: inText('<{{x}}>a') },
    { code: 'unquoted-attribute', mjml: inText('<a title={{x}}>a</a>') },
    { code: 'mjml', mjml: inColumn('<mj-text color="{{colour}}">a</mj-text>') },
    { code: 'mjml', mjml: inBody('<mj-section><mj-column width="{{x}}"></mj-column></mj-section>') },
    { code: 'mjml', mjml: inColumn('<mj-text padding="{{x}}">a</mj-text>') },
    { code: 'mjml', mjml: inColumn('<mj-image width="{{x}}" src="https://example.com/a.png" alt="" />') },
    { code: 'fixed-attribute', mjml: inColumn('<mj-text mj-class="{{x}}">a</mj-text>') },
    { code: 'fixed-attribute', mjml: inColumn('<mj-text css-class="{{x}}">a</mj-text>') },
    {
      code: 'in-style',
      mjml: '<mjml><mj-head><mj-style>a{color:{{colour}}}</mj-style></mj-head><mj-body></mj-body></mjml>',
    },
    {
      code: 'in-style',
      mjml: '<mjml><mj-head><mj-style inline="inline">a{color:{{colour}} }</mj-style></mj-head><mj-body></mj-body></mjml>',
    },
    {
      code: 'dropped',
      mjml: '<mjml><mj-head><mj-attributes><mj-button title="{{x}}" /></mj-attributes></mj-head><mj-body></mj-body></mjml>',
    },
    {
      code: 'fixed-attribute',
      mjml: '<mjml><mj-head><mj-attributes><mj-class name="a" padding="{{x}}" /></mj-attributes></mj-head><mj-body></mj-body></mjml>',
    },
    {
      code: 'fixed-attribute',
      mjml: '<mjml><mj-head><mj-attributes><mj-all color="{{colour}}" /></mj-attributes></mj-head><mj-body></mj-body></mjml>',
    },
    { code: 'fixed-attribute', mjml: inColumn('<mj-spacer border="{{x}} solid red" />') },
    {
      code: 'fixed-attribute',
      mjml: inColumn('<mj-table cellspacing="{{x}}"><tr><td>a</td></tr></mj-table>'),
    },
    { code: 'textarea', mjml: inText('<textarea><b>{{x}}</b></textarea>') },
    { code: 'unclosed-element', mjml: inBody('<mj-section><mj-column><mj-text>a</mj-column></mj-section>') },
    { code: 'unclosed-element', mjml: '<mjml><mj-body><mj-section></mj-section>' },
    { code: 'unclosed-element', mjml: inBody('<mj-section><mj-column></mj-section></mj-column>') },
    { code: 'capital-end-tag', mjml: inColumn('<mj-text>a</MJ-TEXT>') },
    { code: 'mj-include', mjml: inBody('<mj-include path="./footer.mjml" />') },
    { code: 'in-comment', mjml: inBody('<!-- {{x}} -->') },
    { code: 'partial', mjml: inText('{{> footer}}') },
    { code: 'partial', mjml: inText('{{#> footer}}{{/footer}}') },
    { code: 'whitespace-control', mjml: inText('{{~x~}}') },
    { code: 'whitespace-control', mjml: inText('{{~x}}') },
    { code: 'whitespace-control', mjml: inText('{{x~}}') },
    { code: 'unescaped', mjml: inText('{{{x}}}') },
    { code: 'unescaped', mjml: inText('{{&x}}') },
    { code: 'escaped-mustache', mjml: inText('\\{{x}}') },
    { code: 'raw-block', mjml: inText('{{{{x}}}}') },
    { code: 'inverse-block', mjml: inText('{{^x}}a{{/x}}') },
    { code: 'decorator', mjml: inText('{{* x}}') },
    { code: 'unknown-block', mjml: inText('{{#with a}}{{b}}{{/with}}') },
    { code: 'unknown-helper', mjml: inText('{{upper x}}') },
    { code: 'hash', mjml: inText('{{currency price code="JPY"}}') },
    { code: 'literal', mjml: inText('{{currency (x)}}') },
    { code: 'data-variable', mjml: inText('{{#each rows}}{{@index}}{{/each}}') },
    { code: 'unknown-reference', mjml: inText('{{@t.nothing}}') },
    { code: 'unknown-reference', mjml: inBody('{{@shared.nothing}}') },
    { code: 'unterminated', mjml: inText('{{x') },
    { code: 'block-open', mjml: inText('{{#if x}}a') },
    { code: 'block-mismatch', mjml: inText('{{#if x}}a{{/each}}') },
    { code: 'block-mismatch', mjml: inText('a{{/if}}') },
    { code: 'stray-else', mjml: inText('a{{else}}b') },
    { code: 'name', mjml: inText('{{__proto__}}') },
    { code: 'name', mjml: inText('{{a.constructor}}') },
    { code: 'nesting', mjml: inText(`${'{{#if x}}'.repeat(9)}${'{{/if}}'.repeat(9)}`) },
    { code: 'unbalanced-block', mjml: inText('{{#if flag}}<b>{{/if}}a</b>') },
    {
      code: 'unbalanced-block',
      mjml: inColumn(
        '<mj-table><tr><td>{{#each rows}}</td><td>{{n}}{{/each}}{{#if x}}</td></tr>{{/if}}</mj-table>',
      ),
    },
    { code: 'in-tag', mjml: inText('{{#if flag}}<a title="{{else}}<a title="{{/if}}">a</a>') },
    { code: 'reserved-word', mjml: inText('x7f3a00000x') },
    { code: 'helper-argument', mjml: inText('{{currency price 1 2}}') },
    { code: 'helper-argument', mjml: inText("{{date day 'yearly'}}") },
    { code: 'helper-argument', mjml: inText('{{number price 11}}') },
    { code: 'helper-argument', mjml: inText('{{lines}}') },
  ])('is refused with $code: $mjml', async ({ code, mjml }) => {
    expect(await problemCodes(aTemplate({ mjml, en, meta }))).toContain(code);
  });

  it('is named with template, file, line, column, locale, construct and remedy', async () => {
    const { problems } = await compile(
      aTemplate({ mjml: '<mjml>\n <mj-body>\n  {{#if a}}{{/if}}\n </mj-body>\n</mjml>' }),
    );
    expect(problems?.map(({ field }) => field)).toEqual([
      'demo/template.mjml:3:3',
      'demo/template.mjml:3:12',
    ]);
    expect(problems?.[0]?.message).toBe(
      'demo/template.mjml:3:3 (en): {{#if a}}: MJML drops what stands between its elements; wrap it: <mj-raw>{{…}}</mj-raw>',
    );
  });

  it('is located in the shared part or the string that it comes from', async () => {
    const { problems } = await compile(
      aTemplate({
        mjml: inBody('\n{{@shared.foot}}'),
        sharedParts: { foot: '<mj-section>\n {{x}}</mj-section>' },
        en: { subject: 'a {{upper b}}' },
      }),
    );
    expect(problems?.map(({ field }) => field)).toEqual([
      'demo/en.yaml (subject):1:3',
      'demo/_shared/foot.mjml:2:2',
    ]);
  });

  it('is a missing currency or time zone when neither the tag nor meta.yaml has one', async () => {
    expect(await problemCodes(aTemplate({ mjml: inText('{{currency price}}') }))).toEqual([
      'helper-argument',
    ]);
    expect(await problemCodes(aTemplate({ mjml: inText('{{date day}}') }))).toEqual(['helper-argument']);
  });
});

describe('MJML that moves things', () => {
  const source = aTemplate({ mjml: inText('{{#if flag}}{{x}}{{/if}}') });
  const moved = (change: (html: string) => string) => async (text: string) => ({
    html: change(/<mj-text>(.*)<\/mj-text>/.exec(text)?.[1] ?? ''),
    errors: [],
  });
  const token = /x7f3a[0-9a-f]{5}x/g;

  it.each([
    {
      what: 'loses a hole',
      code: 'dropped',
      change: (html: string) => html.replace(/(x\w{9}x)x\w{9}x/, '$1'),
    },
    { what: 'loses a block', code: 'block-moved', change: (html: string) => html.match(token)?.[1] ?? '' },
    {
      what: 'turns a block around',
      code: 'block-moved',
      change: (html: string) => html.match(token)?.reverse().join('') ?? '',
    },
    {
      what: 'copies a hole out of its block',
      code: 'block-moved',
      change: (html: string) => html + html.match(token)?.[1],
    },
  ])('is refused when it $what', async ({ code, change }) => {
    const { problems } = await compileTemplate(source, moved(change));
    expect(problems?.map((problem) => problem.code)).toContain(code);
  });
});
