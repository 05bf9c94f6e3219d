import { findings, goodHead, marketing } from './a-good-template.ts';

const image = (attributes: string) => `<mj-image width="40px" ${attributes} />`;
const link = (href: string) => `<mj-text><a href="${href}">the order</a></mj-text>`;
const filler = (kilobytes: number) => `<mj-text>${'<b>0123456789</b> '.repeat(kilobytes * 55)}</mj-text>`;
const unsubscribe = '<a href="{{unsubscribeUrl}}">Unsubscribe</a>';
const footer = (content: string) =>
  `<mj-section><mj-column><mj-text>${content}</mj-text></mj-column></mj-section>`;
const sender = '{{@t.sender.legalName}} {{@t.sender.postalAddress}} {{@t.sender.contactAddress}}';

it('a good template has no findings', async () => {
  expect(await findings({})).toEqual([]);
  expect(await findings({ meta: marketing })).toEqual([]);
});

interface Row {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly when: string;
  readonly wanted: Parameters<typeof findings>[0];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly line?: number;
}

const rows: readonly Row[] = [
  { rule: 'html-size', severity: 'error', when: 'the HTML is over 102 KB', wanted: { content: filler(110) } },
  { rule: 'html-size', severity: 'warning', when: 'the HTML is over 80 KB', wanted: { content: filler(85) } },
  {
    rule: 'line-length',
    severity: 'info',
    when: 'the text part has a very long line',
    wanted: { content: `<mj-text>${'word '.repeat(220)}</mj-text>` },
  },
  {
    rule: 'missing-alt',
    severity: 'error',
    when: 'an image has no alt',
    wanted: { content: image('src="https://example.com/a.png"') },
    line: 4,
  },
  {
    rule: 'missing-alt',
    severity: 'error',
    when: 'an image of data has no alt',
    wanted: { content: image('src="{{photo}}"') },
    data: { photo: 'https://example.com/a.png' },
    line: 4,
  },
  {
    rule: 'empty-link-text',
    severity: 'warning',
    when: 'a link holds an image without words',
    wanted: { content: image('src="https://example.com/a.png" href="https://example.com/b" alt=""') },
    line: 4,
  },
  {
    rule: 'empty-link',
    severity: 'error',
    when: 'a link leads to #',
    wanted: { content: link('#') },
    line: 4,
  },
  {
    rule: 'empty-link',
    severity: 'error',
    when: 'a link leads nowhere',
    wanted: { content: link('') },
    line: 4,
  },
  {
    rule: 'empty-link',
    severity: 'error',
    when: 'a link runs nothing',
    wanted: { content: link('javascript:void(0)') },
    line: 4,
  },
  {
    rule: 'relative-url',
    severity: 'error',
    when: 'a link is relative',
    wanted: { content: link('/orders') },
    line: 4,
  },
  {
    rule: 'relative-url',
    severity: 'error',
    when: 'a link has no scheme',
    wanted: { content: link('//example.com/') },
    line: 4,
  },
  {
    rule: 'insecure-url',
    severity: 'error',
    when: 'a link is http',
    wanted: { content: link('http://example.com/') },
    line: 4,
  },
  {
    rule: 'insecure-url',
    severity: 'error',
    when: 'a link is ftp',
    wanted: { content: link('ftp://example.com/') },
    line: 4,
  },
  {
    rule: 'insecure-url',
    severity: 'error',
    when: 'an image is http',
    wanted: { content: image('src="http://example.com/a.png" alt=""') },
    line: 4,
  },
  {
    rule: 'insecure-url',
    severity: 'error',
    when: 'an image is a mailto URL',
    wanted: { content: image('src="mailto:a@example.com" alt=""') },
    line: 4,
  },
  {
    rule: 'insecure-url',
    severity: 'error',
    when: 'a background is http',
    wanted: { content: '<mj-text><p style="background:url(\'http://example.com/a.png\')">a</p></mj-text>' },
    line: 4,
  },
  {
    rule: 'credentials',
    severity: 'error',
    when: 'a URL has a password',
    wanted: { content: link('https://a:b@example.com/') },
    line: 4,
  },
  {
    rule: 'credentials',
    severity: 'error',
    when: 'a URL has a secret',
    wanted: { content: link('https://example.com/?api_key=12ab') },
    line: 4,
  },
  {
    rule: 'ip-host',
    severity: 'warning',
    when: 'a URL has no host name',
    wanted: { content: link('https://192.0.2.1/') },
    line: 4,
  },
  {
    rule: 'ip-host',
    severity: 'warning',
    when: 'a URL has an IPv6 address',
    wanted: { content: link('https://[2001:db8::1]/') },
    line: 4,
  },
  {
    rule: 'link-shortener',
    severity: 'warning',
    when: 'a URL is shortened',
    wanted: { content: link('https://bit.ly/abc') },
    line: 4,
  },
  {
    rule: 'foreign-host',
    severity: 'warning',
    when: 'a host is not listed',
    wanted: { content: link('https://example.net/'), hosts: ['*.example.com'] },
    line: 4,
  },
  {
    rule: 'foreign-host',
    severity: 'warning',
    when: 'MJML brings a font from elsewhere',
    wanted: { content: '<mj-text font-family="Roboto">a word of the text</mj-text>', hosts: ['example.com'] },
  },
  {
    rule: 'missing-lang',
    severity: 'warning',
    when: 'no language is said',
    wanted: { lang: 'und' },
    line: 1,
  },
  {
    rule: 'wrong-lang',
    severity: 'warning',
    when: 'another language is said',
    wanted: { lang: 'ja' },
    line: 1,
  },
  {
    rule: 'missing-title',
    severity: 'warning',
    when: 'there is no title',
    wanted: { head: goodHead.replace(/<mj-title>.*<\/mj-title>/, '') },
  },
  {
    rule: 'missing-color-scheme',
    severity: 'warning',
    when: 'no colour scheme is said',
    wanted: { head: goodHead.replace(/<mj-raw>.*<\/mj-raw>/, '') },
  },
  {
    rule: 'table-role',
    severity: 'warning',
    when: 'a table has neither role nor header cells',
    wanted: { content: '<mj-table><tr><td>one</td><td>two</td></tr></mj-table>' },
    line: 4,
  },
  {
    rule: 'contrast',
    severity: 'warning',
    when: 'text is grey on white',
    wanted: { content: '<mj-text color="#999999">faint words</mj-text>' },
    line: 4,
  },
  {
    rule: 'contrast',
    severity: 'warning',
    when: 'text is white on a light background',
    wanted: { content: '<mj-text><p style="background-color:#ffee88;color:#fff">faint words</p></mj-text>' },
    line: 4,
  },
  {
    rule: 'contrast',
    severity: 'warning',
    when: 'data choose the colour',
    wanted: { content: '<mj-text><b style="color:{{shade}}">faint words</b></mj-text>' },
    data: { shade: '#eee' },
    line: 4,
  },
  {
    rule: 'missing-preheader',
    severity: 'warning',
    when: 'there is no preheader',
    wanted: { head: goodHead.replace(/<mj-preview>.*<\/mj-preview>/, '') },
  },
  {
    rule: 'preheader-length',
    severity: 'warning',
    when: 'it is too short',
    wanted: { en: { preheader: 'Too short to tell.' } },
    line: 3,
  },
  {
    rule: 'preheader-length',
    severity: 'warning',
    when: 'it is too long',
    wanted: { en: { preheader: 'ten letter'.repeat(12) } },
    line: 3,
  },
  {
    rule: 'subject-length',
    severity: 'warning',
    when: 'it is too long',
    wanted: { en: { subject: 'ten letter'.repeat(8) } },
    line: 1,
  },
  {
    rule: 'subject-length',
    severity: 'warning',
    when: 'it is too wide',
    wanted: { en: { subject: 'ご注文'.repeat(14) } },
    line: 1,
  },
  {
    rule: 'text-similarity',
    severity: 'warning',
    when: 'the text part is a dummy',
    wanted: {
      content: '<mj-text>The parcel with your order arrives on Friday.</mj-text>',
      en: { text: 'See the HTML.' },
    },
    line: 2,
  },
  {
    rule: 'unsubscribe-link',
    severity: 'error',
    when: 'it is hidden',
    wanted: {
      meta: marketing,
      footer: footer(`<p style="display:none">${unsubscribe}</p>${sender} {{unsubscribeUrl}}`),
    },
  },
  {
    rule: 'unsubscribe-link',
    severity: 'error',
    when: 'it is no link',
    wanted: { meta: marketing, footer: footer(`{{unsubscribeUrl}} ${sender}`) },
  },
  {
    rule: 'legal-name',
    severity: 'error',
    when: 'the sender is not named',
    wanted: {
      meta: marketing,
      footer: footer(`${sender.replace('{{@t.sender.legalName}}', '')} ${unsubscribe}`),
    },
  },
  {
    rule: 'legal-name',
    severity: 'error',
    when: 'there is no name to tell',
    wanted: { meta: marketing, en: { 'sender.legalName': '' } },
  },
  {
    rule: 'postal-address',
    severity: 'error',
    when: 'it is missing',
    wanted: {
      meta: marketing,
      footer: footer(`${sender.replace('{{@t.sender.postalAddress}}', '')} ${unsubscribe}`),
    },
  },
  {
    rule: 'contact',
    severity: 'error',
    when: 'it is missing',
    wanted: {
      meta: marketing,
      footer: footer(`${sender.replace('{{@t.sender.contactAddress}}', '')} ${unsubscribe}`),
    },
  },
  {
    rule: 'legal-name',
    severity: 'error',
    when: 'only the HTML names the sender',
    wanted: { meta: marketing, en: { text: '{{unsubscribeUrl}} 1-2-3 Example, Tokyo support@example.com' } },
  },
  {
    rule: 'column-width',
    severity: 'warning',
    when: 'a block stands around a column',
    wanted: {
      footer: `<mj-section>
<mj-raw>{{#if a}}</mj-raw><mj-column><mj-text>one</mj-text></mj-column><mj-raw>{{/if}}</mj-raw>
<mj-column><mj-text>two</mj-text></mj-column></mj-section>`,
    },
    data: { a: true },
    line: 6,
  },
  {
    rule: 'dropped-text',
    severity: 'error',
    when: 'text stands between elements, where MJML drops it',
    wanted: {
      footer: `<mj-section>\nPrices without tax<mj-column><mj-text>a</mj-text></mj-column></mj-section>`,
    },
    line: 6,
  },
  {
    rule: 'unknown-mj-class',
    severity: 'error',
    when: 'an mj-class is defined nowhere',
    wanted: { content: '<mj-text mj-class="nothing">a</mj-text>' },
    line: 4,
  },
  {
    rule: 'dropped-attribute',
    severity: 'error',
    when: 'an attribute is given twice',
    wanted: { content: '<mj-text color="#000000" color="#111111">a</mj-text>' },
    line: 4,
  },
];

it.each(rows)('$rule is found when $when', async ({ rule, severity, wanted, data, line }) => {
  const found = (await findings(wanted, data)).filter((finding) => finding.rule === rule);
  expect(found.length).toBeGreaterThan(0);
  expect(found[0]).toMatchObject({
    template: 'demo',
    severity,
    message: expect.any(String),
    remedy: expect.any(String),
  });
  if (severity !== 'info') expect(found[0]?.locale).toBe('en');
  if (line !== undefined) expect(found[0]?.line).toBe(line);
});

describe('nothing is found', () => {
  it.each([
    { what: 'a decorative image', wanted: { content: image('src="https://example.com/a.png" alt=""') } },
    {
      what: 'a tracking pixel',
      wanted: { content: '<mj-text>a<img src="https://example.com/a.png" width="1" height="1"></mj-text>' },
    },
    { what: 'a link within the mail', wanted: { content: link('#order') } },
    { what: 'mailto and tel', wanted: { content: link('mailto:a@example.com') + link('tel:+81300000000') } },
    {
      what: 'a listed host',
      wanted: {
        content: link('https://example.com/') + link('https://www.example.net/'),
        hosts: ['example.com', '*.example.net'],
      },
    },
    { what: 'any host without a list', wanted: { content: link('https://example.net/') } },
    {
      what: 'a host that data bring',
      wanted: { content: link('{{url}}'), hosts: ['example.com'] },
      data: { url: 'https://192.0.2.1/?token=a' },
    },
    {
      what: 'a table for layout',
      wanted: { content: '<mj-table role="presentation"><tr><td>one</td></tr></mj-table>' },
    },
    { what: 'a table with header cells', wanted: { content: '<mj-table><tr><th>one</th></tr></mj-table>' } },
    { what: 'black on white', wanted: { content: '<mj-text color="black">words</mj-text>' } },
    {
      what: 'colours that cannot be known',
      wanted: {
        content:
          '<mj-text><p style="background:url(https://example.com/a.png);color:#fff">words</p></mj-text>',
      },
    },
    {
      what: 'an advertisement whose contact is a telephone',
      wanted: { meta: marketing, en: { 'sender.contactAddress': '03-0000-0000' } },
    },
    {
      what: 'a text part of its own that says the same',
      wanted: { en: { text: 'The parcel is on its way.' } },
    },
  ] satisfies { what: string; wanted: Parameters<typeof findings>[0]; data?: Record<string, unknown> }[])(
    'with $what',
    async ({ wanted, data }: { wanted: Parameters<typeof findings>[0]; data?: Record<string, unknown> }) => {
      expect(await findings(wanted, data)).toEqual([]);
    },
  );
});

it('lengths of subject and preheader are judged with usual data, sizes with the worst too', async () => {
  const wanted = {
    content: '<mj-text>{{#each l}}<b>{{this}}</b>{{/each}}</mj-text>',
    en: { subject: 'Hi {{s}}' },
  };
  const worst = { s: 'x'.repeat(200), l: Array.from({ length: 150 }, () => 'y'.repeat(1000)) };
  const found = await findings(wanted, { s: 'x', l: ['y'] }, worst);
  expect(found.map(({ rule, message }) => [rule, message])).toEqual([
    ['html-size', expect.stringContaining('with its worst data')],
  ]);
});

it('a place in a shared part is told as that', async () => {
  const wanted = {
    content: '{{@shared.foot}}',
    sharedParts: { foot: `<mj-divider />\n${link('http://example.com/')}` },
  };
  expect(await findings(wanted)).toEqual([
    expect.objectContaining({ rule: 'insecure-url', file: '_shared/foot.mjml', line: 2 }),
  ]);
});
