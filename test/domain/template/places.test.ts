import { InputError } from '../../../domain/errors.ts';
import { renderMail } from '../../../domain/template/render.ts';
import { aTemplate, compile, compiled, inBody, inColumn, inText } from './a-template.ts';

const head = (content: string) => `<mjml><mj-head>${content}</mj-head><mj-body></mj-body></mjml>`;
const raw = (content: string) => inBody(`<mj-raw>${content}</mj-raw>`);
const button = (href: string) => inColumn(`<mj-button href="${href}">go</mj-button>`);

describe('a hole in text', () => {
  const places = [
    { place: 'mj-text', mjml: inText },
    { place: 'mj-title', mjml: (hole: string) => head(`<mj-title>${hole}</mj-title>`) },
    { place: 'mj-preview', mjml: (hole: string) => head(`<mj-preview>${hole}</mj-preview>`) },
    { place: 'mj-table', mjml: (hole: string) => inColumn(`<mj-table><tr><td>${hole}</td></tr></mj-table>`) },
    { place: 'mj-button', mjml: (hole: string) => inColumn(`<mj-button>${hole}</mj-button>`) },
    { place: 'mj-raw', mjml: raw },
    {
      place: 'mj-navbar-link',
      mjml: (hole: string) => inColumn(`<mj-navbar><mj-navbar-link>${hole}</mj-navbar-link></mj-navbar>`),
    },
    {
      place: 'mj-social-element',
      mjml: (hole: string) =>
        inColumn(`<mj-social><mj-social-element name="github">${hole}</mj-social-element></mj-social>`),
    },
    {
      place: 'mj-accordion-title',
      mjml: (hole: string) =>
        inColumn(
          `<mj-accordion><mj-accordion-element><mj-accordion-title>${hole}</mj-accordion-title></mj-accordion-element></mj-accordion>`,
        ),
    },
  ];
  const forms = [
    { form: '{{x}}', written: '&lt;X&gt;' },
    { form: '{{a.b}}', written: 'B' },
    { form: '{{@t.key}}', written: 'key &amp; &lt;X&gt;' },
    { form: '{{currency price}}', written: '¥1,200' },
    { form: "{{date day 'long'}}", written: 'December 5, 2026' },
    { form: '{{#if no}}1{{else}}{{x}}{{/if}}', written: '&lt;X&gt;' },
    { form: '{{#each rows}}{{n}},{{/each}}', written: 'one,two,' },
  ];
  const cases = places.flatMap(({ place, mjml }) =>
    forms.map(({ form, written }) => ({ place, form, written, mjml: mjml(`(${form})`) })),
  );

  it.each(cases)('in $place keeps $form', async ({ mjml, written }) => {
    const template = await compiled(
      aTemplate({
        mjml,
        en: { key: 'key & {{x}}' },
        meta: { currency: 'JPY', timeZone: 'Asia/Tokyo' },
      }),
    );
    const data = {
      x: '<X>',
      a: { b: 'B' },
      price: 1200,
      day: '2026-12-05',
      no: false,
      rows: [{ n: 'one' }, { n: 'two' }],
    };
    expect(renderMail(template, 'en', data).html).toContain(`(${written})`);
  });
});

const nasty = `"'><b>&`;

/** What a value becomes in its place, or the code with which the place or the value is refused. */
const places: readonly {
  readonly place: string;
  readonly mjml: string;
  readonly value: string;
  readonly gives: string;
}[] = [
  { place: 'text', mjml: inText('({{x}})'), value: nasty, gives: '(&quot;&#39;&gt;&lt;b&gt;&amp;)' },
  {
    place: 'title',
    mjml: head('<mj-title>({{x}})</mj-title>'),
    value: '</title><b>',
    gives: '<title>(&lt;/title&gt;&lt;b&gt;)</title>',
  },
  {
    place: 'a quoted attribute',
    mjml: inText('<b title="{{x}}">a</b>'),
    value: nasty,
    gives: 'title="&quot;&#39;&gt;&lt;b&gt;&amp;"',
  },
  {
    place: 'an attribute in single quotes',
    mjml: inText(`<b title='{{x}}'>a</b>`),
    value: nasty,
    gives: '&quot;&#39;&gt;&lt;b&gt;&amp;',
  },
  {
    place: 'the start of a URL',
    mjml: button('{{x}}'),
    value: 'https://example.com/?a=1&b="',
    gives: 'href="https://example.com/?a=1&amp;b=&quot;"',
  },
  {
    place: 'the start of a URL',
    mjml: button('{{x}}'),
    value: 'mailto:a@example.com',
    gives: 'href="mailto:a@example.com"',
  },
  { place: 'the start of a URL', mjml: button('{{x}}'), value: 'tel:+81-3', gives: 'href="tel:+81-3"' },
  { place: 'the start of a URL', mjml: button('{{x}}'), value: 'http://example.com/', gives: 'wrong-type' },
  { place: 'the start of a URL', mjml: button('{{x}}'), value: 'javascript:alert(1)', gives: 'wrong-type' },
  {
    place: 'the start of a URL',
    mjml: button('{{x}}'),
    value: 'https://a:b@example.com/',
    gives: 'unsafe-url',
  },
  {
    place: 'the start of a URL',
    mjml: button('{{x}}'),
    value: 'https://example.com/\n',
    gives: 'unsafe-url',
  },
  {
    place: 'the path of a URL',
    mjml: button('https://example.com/{{x}}'),
    value: '../a b?#',
    gives: 'href="https://example.com/..%2Fa%20b%3F%23"',
  },
  {
    place: 'the query of a URL',
    mjml: button('https://example.com/?u={{x}}'),
    value: '&v="',
    gives: '?u=%26v%3D%22"',
  },
  { place: 'the host of a URL', mjml: button('https://{{x}}/'), value: '', gives: 'unsafe-url-place' },
  {
    place: 'a CSS value',
    mjml: inText('<b style="color:{{x}}">a</b>'),
    value: '#0a1b2c',
    gives: 'style="color:#0a1b2c"',
  },
  { place: 'a CSS value', mjml: inText('<b style="color:{{x}}">a</b>'), value: 'teal', gives: 'color:teal' },
  { place: 'a CSS value', mjml: inText('<b style="width:{{x}}">a</b>'), value: '50%', gives: 'width:50%' },
  {
    place: 'a CSS value',
    mjml: inText('<b style="color:{{x}}">a</b>'),
    value: 'red;background:url(//x)',
    gives: 'unsafe-css',
  },
  {
    place: 'the path of a URL in CSS',
    mjml: inText(`<b style="background:url('https://example.com/{{x}}.png')">a</b>`),
    value: `');x`,
    gives: '/%27%29%3Bx.png',
  },
  {
    place: 'the start of a URL in CSS',
    mjml: inText(`<b style="background:url('{{x}}')">a</b>`),
    value: '',
    gives: 'unsafe-style',
  },
  {
    place: 'a property of CSS',
    mjml: inText('<b style="{{x}}:red">a</b>'),
    value: '',
    gives: 'unsafe-style',
  },
  {
    place: 'an unquoted attribute',
    mjml: inText('<b title={{x}}>a</b>'),
    value: '',
    gives: 'unquoted-attribute',
  },
  { place: 'the name of an element', mjml: inText('<h{{x}}>a</h1>'), value: '', gives: 'in-tag' },
  { place: 'the name of an attribute', mjml: inText('<b {{x}}="a">a</b>'), value: '', gives: 'in-tag' },
  { place: 'an event handler', mjml: inText('<b onclick="{{x}}">a</b>'), value: '', gives: 'unsafe-place' },
  { place: 'a script', mjml: raw('<script>{{x}}</script>'), value: '', gives: 'unsafe-place' },
  { place: 'a style element', mjml: raw('<style>{{x}}</style>'), value: '', gives: 'unsafe-place' },
  { place: 'mj-style', mjml: head('<mj-style>a{color:{{x}}}</mj-style>'), value: '', gives: 'in-style' },
  { place: 'a comment', mjml: raw('<!-- {{x}} -->'), value: '', gives: 'unsafe-place' },
  {
    place: "Outlook's comment",
    mjml: raw('<!--[if mso]><b title="{{x}}">{{x}}</b><![endif]-->'),
    value: '--><i>"',
    gives: '<b title="--&gt;&lt;i&gt;&quot;">--&gt;&lt;i&gt;&quot;</b><![endif]-->',
  },
  {
    place: 'branches that end in different places',
    mjml: inText('{{#if x}}<a href="https://example.com/">{{else}}</a>{{/if}}'),
    value: '',
    gives: 'unbalanced-block',
  },
];

describe('the place of a hole', () => {
  it.each(places)('$place, with $value, gives $gives', async ({ mjml, value, gives }) => {
    const compilation = await compile(aTemplate({ mjml }));
    const given = compilation.problems
      ? compilation.problems.map(({ code }) => code).join(' ')
      : renderedOrCode(() => renderMail(compilation.template, 'en', { x: value }).html);
    expect(given).toContain(gives);
  });
});

describe('the place of a hole outside HTML', () => {
  const forHeader = [
    '\r',
    '\n',
    '\0',
    '\u0001',
    '\u001f',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2066',
  ].map((sign) => ({ place: 'the subject', value: `a${sign}b`, gives: 'header-injection' }));

  it.each([
    ...forHeader,
    { place: 'the subject', value: `<b>&"' 日本`, gives: `(<b>&"' 日本)` },
    { place: 'the subject', value: 'x'.repeat(400), gives: 'subject-length' },
    { place: 'the text', value: `<b>&"'\r\n\u0007c`, gives: `(<b>&"'\nc)` },
    { place: 'the text', value: '{{x}}', gives: '({{x}})' },
  ])('$place, with $value, gives $gives', async ({ place, value, gives }) => {
    const [subject, text] = place === 'the subject' ? ['({{x}})', 'a'] : ['a', '({{x}})'];
    const template = await compiled(aTemplate({ en: { subject, text } }));
    const given = renderedOrCode(() => {
      const mail = renderMail(template, 'en', { x: value });
      return place === 'the subject' ? mail.subject : mail.text;
    });
    expect(given).toContain(gives);
  });

  it.each(['a\r\nBcc: x@example.com', 'a {{x}}', 'a\u202eb', ''])(
    'a From name, which no data reach, is refused as %j',
    async (fromName) => {
      const { problems = [] } = await compile(aTemplate({ en: { fromName } }));
      expect(problems.map(({ code }) => code)).toContain('from-name');
    },
  );
});

function renderedOrCode(render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
}
