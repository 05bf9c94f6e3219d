import { checkTemplate } from '../../../../domain/template/check/check-template.ts';
import type { Finding } from '../../../../domain/template/check/finding.ts';
import type { Messages, TemplateMeta, TemplateSource } from '../../../../domain/template/compile/source.ts';
import { aTemplate, compiled } from '../a-template.ts';

const strings: Messages = {
  subject: 'Your order has shipped',
  preheader: 'It left our warehouse and arrives within two days.',
  'sender.legalName': 'Example Inc.',
  'sender.postalAddress': '1-2-3 Example, Tokyo',
  'sender.contactAddress': 'support@example.com',
};

const marketingFooter = `<mj-section><mj-column><mj-text>{{@t.sender.legalName}}<br />{{@t.sender.postalAddress}}<br />
<a href="mailto:{{@t.sender.contactAddress}}">{{@t.sender.contactAddress}}</a> <a href="{{unsubscribeUrl}}">Unsubscribe</a></mj-text></mj-column></mj-section>`;

export const marketing: Partial<TemplateMeta> = { category: 'marketing', topic: 'news' };

interface Wanted {
  /** MJML inside the column. */
  readonly content?: string;
  readonly head?: string;
  readonly lang?: string;
  readonly footer?: string;
  readonly en?: Messages;
  readonly meta?: Partial<TemplateMeta>;
  readonly hosts?: readonly string[];
  readonly sharedParts?: Readonly<Record<string, string>>;
}

/** A template with which nothing is wrong; a test names what is. */
export function aGoodTemplate(wanted: Wanted): TemplateSource {
  const { content = '<mj-text>The parcel is on its way.</mj-text>', meta, hosts, sharedParts } = wanted;
  const footer = wanted.footer ?? (meta?.category === 'marketing' ? marketingFooter : '');
  return aTemplate({
    mjml: `<mjml lang="${wanted.lang ?? 'en'}">
<mj-head>${wanted.head ?? goodHead}</mj-head>
<mj-body><mj-section><mj-column>
${content}
</mj-column></mj-section>${footer}</mj-body></mjml>`,
    en: { ...strings, ...wanted.en },
    ...(meta && { meta }),
    ...(hosts && { hosts }),
    ...(sharedParts && { sharedParts }),
    stringFiles: {
      'en.yaml': Object.entries({ subject: 'x', text: 'x', preheader: 'x' })
        .map(([key, text]) => `${key}: ${text}`)
        .join('\n'),
    },
  });
}

export const goodHead =
  '<mj-attributes><mj-all font-family="Arial" /></mj-attributes><mj-title>{{@t.subject}}</mj-title><mj-preview>{{@t.preheader}}</mj-preview><mj-raw><meta name="color-scheme" content="light dark"></mj-raw>';

/** What the check finds, with data for both samples. */
export async function findings(
  wanted: Wanted,
  sample: Readonly<Record<string, unknown>> = {},
  worst = sample,
): Promise<readonly Finding[]> {
  const source = aGoodTemplate(wanted);
  return checkTemplate(source, await compiled(source), { sample, worst });
}
