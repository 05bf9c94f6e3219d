/**
 * MJML hides the preheader as white text, which spam filters take for white on white and charge for. Without a
 * colour of its own it is as invisible and costs nothing.
 */
export function readablePreheader(html: string): string {
  return html.replace(
    /(<body[^>]*>\s*<div style="display:none;font-size:1px;)color:#ffffff;(line-height:1px;max-height:0px;)/,
    '$1$2',
  );
}
