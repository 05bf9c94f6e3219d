import { parseAddress } from '../address.ts';
import type { ChunkRow } from '../campaign/campaign.ts';
import { sampleKeys } from '../doctor/mail-samples.ts';
import type { VariantName } from '../experiment/variant.ts';
import { composeMail, type Mail, type Sender } from '../mail.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { localeOf } from '../template/locale.ts';
import { textOf } from '../template/pieces.ts';

/** One of the mails that a campaign consists of. */
export interface CampaignMail {
  /** Where there are several. */
  readonly variant?: VariantName;
  readonly template: CompiledTemplate;
}

/** The mail of one row, in the language that it gets. */
export interface SampleMail
  extends Pick<CampaignMail, 'variant'>,
    Pick<Mail, 'fromHeader' | 'toHeader' | 'subject' | 'text'> {
  readonly html: string;
  readonly row: number;
  readonly locale: string;
}

/**
 * A mail as some rows would get it, in each language of the template that they ask for. Their unsubscribe links lead nowhere.
 *
 * @throws InputError as `composeMail` does
 */
export function sampleMails(
  { template, variant }: CampaignMail,
  rows: readonly ChunkRow[],
  { mailDomain, unsubscribeBaseUrl }: Omit<Sender, 'tokenKeys'>,
): readonly SampleMail[] {
  return rowsByLocale(template, rows).map(([locale, { r, a, n, l, d }]) => {
    const { fromHeader, toHeader, subject, html, text } = composeMail(
      {
        key: { kind: 'notification', notificationId: 'sample' },
        template,
        recipient: { address: parseAddress(a, 'address'), name: n, locale: l },
        data: d,
      },
      { mailDomain, unsubscribeBaseUrl, tokenKeys: sampleKeys },
    );
    const mail = { row: r, locale, fromHeader, toHeader, subject, html: textOf(html), text };
    return variant === undefined ? mail : { variant, ...mail };
  });
}

/** The first row for each language of the template. */
export function rowsByLocale(
  template: CompiledTemplate,
  rows: readonly ChunkRow[],
): readonly (readonly [locale: string, row: ChunkRow])[] {
  const found = new Map<string, ChunkRow>();
  for (const row of rows) {
    const locale = localeOf(template, row.l);
    if (!found.has(locale)) {
      found.set(locale, row);
    }
  }
  return [...found];
}
