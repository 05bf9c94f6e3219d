import { inBody, inColumn, inText } from './a-template.ts';

const section = '<mj-section>\n<mj-column>\n<mj-text>x</mj-text>\n</mj-column>\n</mj-section>';
const head = (content: string, body = section) =>
  `<mjml>\n<mj-head>\n${content}\n</mj-head>\n<mj-body>\n${body}\n</mj-body>\n</mjml>`;
const image = 'src="https://example.com/a.png" alt="a"';

/** MJML that its validator accepts, by what is odd about it: every element of MJML 5, and what people write. */
export const mjmlFixtures: Readonly<Record<string, string>> = {
  // Elements
  attributes: head(
    '<mj-attributes>\n<mj-all font-family="Arial" />\n<mj-text padding="0" />\n<mj-class name="blue" color="blue"><mj-text font-size="30px" /></mj-class>\n<mj-button color="red"></mj-button>\n</mj-attributes>',
    '<mj-section mj-class="blue nothing"><mj-column><mj-text>a</mj-text><mj-button mj-class="blue">b</mj-button></mj-column></mj-section>',
  ),
  styles: head(
    '<mj-style inline="inline">\n.red div { color: red !important }\n</mj-style>\n<mj-style>\n@media (min-width: 480px) { a > b { color: green } } a::before { content: "\\201C <" } /* {x} */\n</mj-style>',
    '<mj-section css-class="red wide"><mj-column><mj-text css-class="a b">x</mj-text></mj-column></mj-section>',
  ),
  'styles in a comment': head('<mj-style><!-- a{color:red} --></mj-style>'),
  'HTML attributes': head(
    '<mj-html-attributes>\n<mj-selector path=".c div">\n<mj-html-attribute name="data-id">4 < 2 & "q"</mj-html-attribute>\n</mj-selector>\n</mj-html-attributes>',
    '<mj-section><mj-column><mj-text css-class="c">x</mj-text></mj-column></mj-section>',
  ),
  'title and preheader': head(
    '<mj-title>A &amp; B &lt; "C" <b>x</b></mj-title>\n<mj-preview>P &amp; Q <b>r</b> &nbsp;&zwnj;</mj-preview>',
  ),
  'breakpoint and font': head(
    '<mj-breakpoint width="320px" />\n<mj-font name="Raleway" href="https://fonts.example.com/css?family=Raleway&display=swap" />\n<mj-attributes><mj-all font-family="Raleway, Arial" /></mj-attributes>',
  ),
  'raw in the head and before everything': `<mjml>\n<mj-raw position="file-start"><!-- first --></mj-raw>\n<mj-head>\n<mj-raw><meta name="x" content="y"><link rel="stylesheet" href="https://example.com/a.css"></mj-raw>\n</mj-head>\n<mj-body>\n${section}\n</mj-body>\n</mjml>`,
  'language, direction, width': `<mjml owa="desktop" lang="ar" dir="rtl">\n<mj-body width="800px" background-color="#fff" id="top">\n${section}\n</mj-body>\n</mjml>`,
  'wrapper, full width, group': inBody(
    `<mj-wrapper full-width="full-width" background-url="https://example.com/a.png" border="1px solid red">\n${section}${section}</mj-wrapper>\n<mj-section full-width="full-width" background-url="https://example.com/b.png" background-size="cover">\n<mj-group><mj-column width="30%"><mj-text>a</mj-text></mj-column><mj-column><mj-text>b</mj-text></mj-column></mj-group>\n</mj-section>`,
  ),
  hero: inBody(
    `<mj-hero mode="fixed-height" height="469px" background-width="600px" background-height="469px" background-url="https://example.com/a b'c.png">\n<mj-text>a</mj-text>\n<mj-button href="#">b</mj-button>\n</mj-hero>`,
  ),
  carousel: inColumn(
    `<mj-carousel>\n<mj-carousel-image ${image} />\n<mj-carousel-image ${image}></mj-carousel-image>\n</mj-carousel>\n<mj-carousel thumbnails="hidden"><mj-carousel-image ${image} /></mj-carousel>`,
  ),
  accordion: inColumn(
    '<mj-accordion>\n<mj-accordion-element>\n<mj-accordion-title>a<br>b</mj-accordion-title>\n<mj-accordion-text>c &nbsp;</mj-accordion-text>\n</mj-accordion-element>\n<mj-accordion-element></mj-accordion-element>\n</mj-accordion>',
  ),
  navbar: inColumn(
    '<mj-navbar base-url="https://example.com" hamburger="hamburger" ico-color="#fff">\n<mj-navbar-link href="/a">A</mj-navbar-link>\n<mj-navbar-link href="/b">B</mj-navbar-link>\n</mj-navbar>\n<mj-navbar hamburger="hamburger"></mj-navbar>',
  ),
  social: inColumn(
    '<mj-social mode="vertical">\n<mj-social-element name="facebook-noshare" href="https://example.com/?a=1&b=2">F</mj-social-element>\n<mj-social-element name="github" href="https://example.com/" />\n<mj-social-element src="https://example.com/x.png" />\n</mj-social>',
  ),
  'table, spacer, divider, image': inColumn(
    `<mj-table>\n<tr><td>1<td>2\n<tr><td>3</mj-table>\n<mj-spacer height="10px" /><mj-divider border-width="1px"></mj-divider>\n<mj-image ${image} href="https://example.com/" width="100px" fluid-on-mobile="true" />`,
  ),
  // What people write
  'a document type': `<!DOCTYPE html>\n${inText('a')}`,
  'an XML declaration': `<?xml version="1.0" encoding="UTF-8"?>\n${inText('a')}`,
  'a byte order mark': `\ufeff${inText('a')}`,
  'CR and LF': inText('a\r\nb<br>\r\nc').replaceAll('><', '>\r\n<'),
  tabs: inText('\ta\tb').replaceAll('><', '>\n\t<'),
  'void elements': inText('a<br>b<BR>c<br/>d<hr>e<img src="https://example.com/a.png">'),
  entities: inText('a&nbsp;b&copy;&#169;&#xA9;&unknown; & b && c &amp; AT&T'),
  'signs of comparison': inText('a < b and 3<4 <5 > 2 <- x'),
  'attributes without quotes or value': inText(
    '<a href=https://example.com/a class=b>x</a>\n<input disabled><td nowrap>',
  ),
  'MJML attributes without quotes': inColumn('<mj-text color=#ff0000 align=center>x</mj-text>'),
  'attributes written oddly': inColumn(
    `<mj-text color = "red"\n padding= "1px" color="blue">a</mj-text><mj-button font-family='A,\n B' href="https://example.com/?a<b>c&copy=3" title="a < b">b</mj-button>`,
  ),
  'capital letters': inBody('<mj-Section>\n<MJ-COLUMN>\n<mj-Text>a</mj-text>\n</MJ-Column>\n</mj-section>'),
  'capital HTML': inText('<B STYLE="Color:RED" CLASS="A">x</B><FONT COLOR="red">y</font>'),
  CDATA: inText('<![CDATA[a < b]]>'),
  comments: `<!-- start -->\n${inBody(`<!-- <mj-section> -->\n${section}\n<!-- <mj-include path="x" /> -->`)}\n<!-- end -->\ntext`,
  'a comment with an end tag': inText('a<!-- </mj-text> -->b'),
  'conditional comments': inBody(
    `<!--[if mso]><table><tr><td><![endif]-->\n${section}\n<!--[if mso]></td></tr></table><![endif]-->\n<mj-raw><!--[if !mso]><!--><i>y</i><!--<![endif]--></mj-raw>`,
  ),
  'raw around sections': inBody(
    `<mj-raw><table><tr><td></mj-raw>\n${section}\n<mj-raw></td></tr></table></mj-raw>`,
  ),
  'raw in raw, text in text': inBody(
    `<mj-raw><div><mj-raw>x</mj-raw></div></mj-raw>\n${section.replace('>x<', '>a<mj-text>b</mj-text>c<')}`,
  ),
  'another syntax in raw': inBody(
    `<mj-raw>{ if item < 5 }</mj-raw>\n${section}\n<mj-raw>{ end if }</mj-raw>`,
  ),
  'script and style in raw': inBody(
    `<mj-raw><script>if (a < b && c > "</div>") { x }</script><style>a > b { content: "<" }</style></mj-raw>\n${section}`,
  ),
  'raw text elements': inText(
    '<style>a > b {color: red}</style><textarea>a &lt; b < c</textarea><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
  ),
  'paragraphs and items left open': inText('<p>a<p>b<ul><li>a<li>b</ul>'),
  'end tags that close nothing': inColumn(
    `<mj-text></div></p></br>a</mj-text></mj-text>\n<mj-image ${image} /></mj-image>`,
  ),
  'empty elements left open': head(
    '<mj-font name="R" href="https://example.com/f.css">',
    `<mj-section><mj-column><mj-image ${image}></mj-column><mj-column><mj-text>a</mj-text><mj-spacer height="9px"></mj-column></mj-section>`,
  ),
  'empty elements that close themselves': inBody(
    '<mj-raw/>\n<mj-section><mj-column><mj-text /><mj-button href="https://example.com" /></mj-column></mj-section>\n<mj-section />',
  ),
  'white space in end tags': inColumn('<mj-text\n>a</mj-text\n>'),
  'what a browser would run': inText(
    '<a onclick="x()" href="javascript:void(0)">x</a><form action="https://example.com"><select><option selected>1<option>2</select></form><video controls></video>',
  ),
  'white space that counts': inText('<pre>  a\n   b </pre><code> x  y </code>'),
  'characters of all kinds': inText(
    '😀 👨‍👩‍👧 \u2028 \u00a0 日本語 \u202eabc\u202c \u200f \ue000a\ue001 \u000b',
  ),
  'look-alikes of what is mended': inText(
    '<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;">hidden</div> 0123456789abcdef x7f3a',
  ),
  'braces that are no tags': inText('{ {x} } a }} b \\{ C:\\ #{b} [[c]] *|d|* %e% <%= a %>'),
  'a long text': inText('long '.repeat(20_000)),
  'many sections': inBody(section.repeat(60)),
  'deep HTML': inText(`${'<div>'.repeat(200)}x${'</div>'.repeat(200)}`),
  'two heads, the body first': `<mjml><mj-body>${section}</mj-body><mj-head><mj-title>a</mj-title></mj-head><mj-head><mj-title>b</mj-title></mj-head></mjml>`,
  'text between elements': inBody(`stray\n${section}`),
  'everything at once': `<mjml lang="en">
<mj-head><mj-title>All &amp; everything</mj-title><mj-font name="Raleway" href="https://fonts.example.com/css" />
<mj-breakpoint width="320px" /><mj-attributes><mj-all font-family="Raleway, Arial" /><mj-class name="blue" color="blue" /></mj-attributes>
<mj-style inline="inline">.red div { color: red }</mj-style><mj-style>a { color: green } /* {x} */</mj-style></mj-head>
<mj-body background-color="#eee"><!-- a comment -->
<mj-hero mode="fixed-height" height="90px" background-height="90px" background-width="600px" background-url="https://example.com/?a=1&b=2"><mj-text>hero</mj-text></mj-hero>
<mj-section><mj-column><mj-text css-class="red" mj-class="blue"><p>open paragraph<p>another<br>x &lt; y &copy; 日本語</mj-text><mj-spacer />
<mj-social mode="horizontal"><mj-social-element name="github" href="https://example.com/">git</mj-social-element></mj-social></mj-column>
<mj-group><mj-column width="30%"><mj-image src="https://example.com/a.png" alt="a" /></mj-column></mj-group></mj-section>
<mj-section><mj-column><mj-accordion><mj-accordion-element><mj-accordion-title>q</mj-accordion-title><mj-accordion-text>a</mj-accordion-text></mj-accordion-element></mj-accordion>
<mj-navbar hamburger="hamburger"><mj-navbar-link href="/a">a</mj-navbar-link></mj-navbar>
<mj-carousel><mj-carousel-image src="https://example.com/1.png" /><mj-carousel-image src="https://example.com/2.png" /></mj-carousel>
<mj-table><tr><td>1<td>2</table></mj-table><mj-button>b</mj-button><mj-divider /></mj-column></mj-section>
<mj-raw><!-- kept --><div></mj-raw><mj-raw></div></mj-raw></mj-body></mjml>`,
};
