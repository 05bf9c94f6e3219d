import { readFileSync } from 'node:fs';
import { parseAddress } from '../../domain/address.ts';
import { composeMail } from '../../domain/mail.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { textOf } from '../../domain/template/pieces.ts';
import { parseMailbox } from '../../local/ses/mailbox.ts';
import { mimeSource } from '../../local/ses/mime.ts';

export const sender = {
  mailDomain: 'mail.example.com',
  unsubscribeBaseUrl: 'https://unsubscribe.example.com',
  tokenKeys: { current: 'k1', keys: { k1: 'a-key-of-at-least-32-characters-..' } },
};

/** A shipped mail with its sample data as a mailbox receives it: the source that SES builds, header and all. Its Message-ID starts with the template and the locale. */
export async function rawMailOf(template: CompiledTemplate, locale: string): Promise<string> {
  const mail = composeMail(
    {
      key: { kind: 'notification', notificationId: `${template.name}-${locale}` },
      template,
      recipient: {
        address: parseAddress('hanako@example.jp', 'address'),
        name: locale === 'ja' ? '届 花子' : 'Hanako Todoke',
        locale,
      },
      data: JSON.parse(readFileSync(`templates/${template.name}/sample.json`, 'utf8')),
    },
    sender,
  );
  const source = await mimeSource(
    {
      from: parseMailbox(mail.fromHeader),
      to: [parseMailbox(mail.toHeader)],
      cc: [],
      replyTo: [],
      recipients: ['hanako@example.jp'],
      subject: mail.subject,
      tags: Object.entries(mail.tags),
      content: {
        kind: 'simple',
        text: mail.text,
        html: textOf(mail.html),
        headers: Object.entries(mail.headers).map(([name, value]) => ({ name, value })),
        attachments: [],
      },
      messageId: `${template.name}-${locale}`,
      acceptedAtMs: Date.now(),
      sourceArn: 'arn:aws:ses:ap-northeast-1:123456789012:identity/mail.example.com',
      callerIdentity: 'send-notification',
    },
    'ap-northeast-1',
  );
  return source.toString('utf8');
}
