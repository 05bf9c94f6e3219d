import { renderMail } from '../../../domain/template/render.ts';
import { aTemplate, compiled, inBody, inColumn, inText } from './a-template.ts';

const en = { subject: 'Hello', fromName: 'Example' };
const meta = { timeZone: 'Asia/Tokyo' };

async function textOf(mjml: string, data: Record<string, unknown>, strings = {}): Promise<string> {
  return renderMail(await compiled(aTemplate({ mjml, meta, en: { ...en, ...strings } })), 'en', data).text;
}

describe('the text part', () => {
  it.each([
    {
      what: 'keeps capitals and values apart',
      mjml: inText('<h1>{{a}}</h1><p>b {{a}}</p>'),
      text: 'X & <Y>\n\nb X & <Y>\n',
    },
    { what: 'decodes entities', mjml: inText('a &amp; b &lt;c&gt;'), text: 'a & b <c>\n' },
    { what: 'writes a line for <br>', mjml: inText('a<br>b'), text: 'a\nb\n' },
    {
      what: 'writes a row per line',
      mjml: inColumn('<mj-table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></mj-table>'),
      text: 'a  b\n1  2\n',
    },
    { what: 'writes list items', mjml: inText('<ul><li>a</li><li>b</li></ul>'), text: '- a\n- b\n' },
    {
      what: 'leaves out the preheader and what is hidden',
      mjml: '<mjml><mj-head><mj-preview>pre</mj-preview></mj-head><mj-body><mj-section><mj-column><mj-text>a<span style="display: none">b</span></mj-text></mj-column></mj-section></mj-body></mjml>',
      text: 'a\n',
    },
    {
      what: 'shows the address of a link',
      mjml: inText('<a href="https://example.com/?a=1&amp;b={{a}}">go</a>'),
      text: 'go\nhttps://example.com/?a=1&b=X%20%26%20%3CY%3E\n',
    },
    {
      what: 'shows an address that is its own label once',
      mjml: inText('<a href="mailto:a@example.com">a@example.com</a>'),
      text: 'a@example.com\n',
    },
    {
      what: 'shows alternative texts',
      mjml: inColumn('<mj-image src="https://example.com/a.png" alt="logo" />'),
      text: 'logo\n',
    },
    {
      what: 'leaves no lines behind for a false block',
      mjml: inBody(
        '<mj-section><mj-column><mj-text>a</mj-text><mj-raw>{{#if no}}</mj-raw><mj-text>b</mj-text><mj-raw>{{/if}}</mj-raw><mj-text>c</mj-text></mj-column></mj-section>',
      ),
      text: 'a\n\nc\n',
    },
    {
      what: 'parts a true block',
      mjml: inBody(
        '<mj-section><mj-column><mj-text>a</mj-text><mj-raw>{{#if yes}}</mj-raw><mj-text>b</mj-text><mj-raw>{{/if}}</mj-raw><mj-text>c</mj-text></mj-column></mj-section>',
      ),
      text: 'a\n\nb\n\nc\n',
    },
    {
      what: 'parts the rows of a list from what follows',
      mjml: inColumn(
        '<mj-table>{{#each list}}<tr><td>{{this}}</td><td>x</td></tr>{{/each}}</mj-table><mj-text>end</mj-text>',
      ),
      text: '1  x\n2  x\n\nend\n',
    },
    { what: 'keeps the lines of a value', mjml: inText('{{lines three}}'), text: 'a\nb\n\nc\n' },
  ])('$what', async ({ mjml, text }) => {
    const data = { a: 'X & <Y>', no: false, yes: true, list: [1, 2], three: 'a\r\nb\n\n\n\nc' };
    expect(await textOf(mjml, data)).toBe(text);
  });

  it('writes line ends of a value as <br> in HTML, and nothing else of it as markup', async () => {
    const template = await compiled(aTemplate({ mjml: inText('{{lines a}}') }));
    expect(renderMail(template, 'en', { a: '<b>\r\n\nc' }).html).toContain('>&lt;b&gt;<br><br>c<');
  });

  it('can be written by hand, with values in URLs encoded', async () => {
    const text = 'Hello {{a}}:\nhttps://example.com/?a={{a}}\n';
    expect(await textOf(inText('x'), { a: 'b & c' }, { text })).toBe(
      'Hello b & c:\nhttps://example.com/?a=b%20%26%20c\n',
    );
  });
});
