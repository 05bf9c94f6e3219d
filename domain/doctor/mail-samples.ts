import { parseAddress } from '../address.ts';
import { composeMail } from '../mail.ts';
import { exampleOf } from '../template/check/example-data.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { textOf } from '../template/pieces.ts';
import type { MailSample } from './facts.ts';

/** Keys that open nothing: the links of a sample lead nowhere. */
export const sampleKeys = {
  current: 'sample',
  keys: { sample: 'a sample needs no secret, it is never sent' },
};

/**
 * The mails that a template makes, one in each language, with example data.
 *
 * @throws InputError as `composeMail` does
 */
export function mailSamples(
  template: CompiledTemplate,
  sender: { readonly mailDomain: string; readonly unsubscribeBaseUrl: string },
  data: Readonly<Record<string, unknown>> = {},
): MailSample[] {
  const example = exampleOf(template.schema);
  return Object.keys(template.locales).map((locale) => {
    const mail = composeMail(
      {
        key: { kind: 'notification', notificationId: 'sample' },
        template,
        recipient: { address: parseAddress('hanako@example.com', 'recipient'), name: '見本 花子', locale },
        data: { ...(typeof example === 'object' && example), ...data },
      },
      { ...sender, tokenKeys: sampleKeys },
    );
    const { fromHeader, subject, html, text, headers, attachments } = mail;
    return {
      template: template.name,
      category: template.category,
      locale,
      fromHeader,
      subject,
      html: textOf(html),
      text,
      headers,
      attachmentBytes: attachments.reduce((sum, { content }) => sum + content.byteLength, 0),
    };
  });
}
