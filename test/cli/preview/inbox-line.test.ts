import { inboxLineOf } from '../../../cli/template/preview/inbox-line.ts';

const hidden = (text: string) => `<div style="display:none;font-size:1px">${text}</div>`;

it.each([
  {
    mail: 'a preheader',
    html: `<body>${hidden('Total &yen;1,200')}<p>Hello</p></body>`,
    line: 'Total ¥1,200',
    isPreheader: true,
  },
  {
    mail: 'a preheader with elements and filling in it',
    html: `<body> ${hidden('Ship<b>ped</b> &#847;&zwnj;&nbsp;&#847;')}<p>Hello</p></body>`,
    line: 'Shipped',
    isPreheader: true,
  },
  {
    mail: 'a title and a style, which no inbox shows',
    html: `<head><title>T</title><style>a{}</style></head><body>${hidden('Pre')}x</body>`,
    line: 'Pre',
    isPreheader: true,
  },
  { mail: 'none', html: '<body><p>Hello</p></body>', line: 'Plain words', isPreheader: false },
  {
    mail: 'an empty one',
    html: `<body>${hidden(' ')}<p>Hello</p></body>`,
    line: 'Plain words',
    isPreheader: false,
  },
  {
    mail: 'hidden text further down only',
    html: `<body><p>Hello</p>${hidden('not this')}</body>`,
    line: 'Plain words',
    isPreheader: false,
  },
])('of a mail with $mail is "$line"', ({ html, line, isPreheader }) => {
  const text = 'Plain\nhttps://www.example.com/a\n words\n';
  expect(inboxLineOf(html, text)).toEqual({ text: line, isPreheader });
});

it('is cut between characters, not within one', () => {
  const { text } = inboxLineOf(`<body>${hidden('𠮷'.repeat(200))}</body>`, '');
  expect(text).toBe(`${'𠮷'.repeat(140)}…`);
});
