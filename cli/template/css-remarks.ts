import type { Rule } from '../../domain/template/check/checked-mail.ts';
import { cssRule } from '../../domain/template/check/css.ts';
import type { MjmlCompiler } from '../../domain/template/compile/source.ts';

/** One of each of MJML's plain elements, without anything that an author would add. */
const emptyMail = `<mjml lang="en"><mj-head><mj-title>Title</mj-title><mj-preview>Preview</mj-preview></mj-head>
<mj-body><mj-wrapper><mj-section><mj-column><mj-text>Text</mj-text><mj-table><tr><td>Cell</td></tr></mj-table>
<mj-button href="https://www.example.com/">Button</mj-button><mj-image src="https://www.example.com/a.png" alt="" />
<mj-divider /><mj-spacer /></mj-column></mj-section></mj-wrapper></mj-body></mjml>`;

/** The rule about CSS that programs cannot show, against what every mail made with MJML has. */
export async function cssRemarks(mjml: MjmlCompiler): Promise<Rule> {
  return cssRule((await mjml(emptyMail)).html);
}
