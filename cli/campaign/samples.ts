import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queue } from '../../aws/queue.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { VariantName } from '../../domain/experiment/variant.ts';
import type { Notification } from '../../domain/notification.ts';
import { type CampaignMail, rowsByLocale, type SampleMail } from '../../domain/rehearsal/sample-mail.ts';
import type { Connection } from '../connection.ts';
import { deliveryFates, type Published } from '../delivery-fates.ts';
import { makeFolder } from '../folder.ts';
import type { GoodRehearsal } from './rehearsal-run.ts';

/** Until it is seen what became of a sample; SES has it long before. */
const waitSeconds = 30;

/** Writes mails as files, which nobody else may read: they are those of real people. @returns the folder */
export async function writeSamples(
  samples: readonly SampleMail[],
  folder: string | undefined,
): Promise<string> {
  const directory = folder ?? (await mkdtemp(join(tmpdir(), 'todoke-rehearsal-')));
  await makeFolder(directory, 0o700);
  for (const { variant, locale, row, fromHeader, toHeader, subject, html, text } of samples) {
    const name = [variant, locale].filter(Boolean).join('-');
    const head = [
      `Row: ${row}`,
      `From: ${readable(fromHeader)}`,
      `To: ${readable(toHeader)}`,
      `Subject: ${subject}`,
    ];
    await writeFile(join(directory, `${name}.txt`), `${head.join('\n')}\n\n${text}`, { mode: 0o600 });
    await writeFile(join(directory, `${name}.html`), html, { mode: 0o600 });
  }
  return directory;
}

/** Names in a header without the encoded words of RFC 2047 in which they are sent. */
function readable(header: string): string {
  return header.replaceAll(/=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=(?:\s+(?==\?))?/g, (_, base64: string) =>
    Buffer.from(base64, 'base64').toString('utf8'),
  );
}

/** A sample that is to be sent to somebody. */
export interface SampleToSend {
  readonly to: string;
  readonly variant?: VariantName | undefined;
  readonly locale: string;
  readonly notification: Notification;
}

/** Every mail in every language to each of those who look at them, as notifications that are marked as tests; each is sent once. */
export function samplesFor(
  { campaignId }: Campaign,
  { rehearsalId, samples: rows }: Pick<GoodRehearsal, 'rehearsalId' | 'samples'>,
  mails: readonly CampaignMail[],
  to: readonly string[],
): readonly SampleToSend[] {
  const samples = to.flatMap((address) =>
    mails.flatMap(({ variant, template }) =>
      rowsByLocale(template, rows).map(([locale, row]) => ({ address, variant, template, locale, row })),
    ),
  );
  return samples.map(({ address, variant, template, locale, row: { n, d } }, i) => ({
    to: address,
    variant,
    locale,
    notification: {
      notificationId: `test-${campaignId}-${rehearsalId}-${i + 1}`,
      template: template.name,
      templateHash: template.hash,
      data: d,
      test: true,
      recipient: { address, locale, ...(n === undefined ? {} : { name: n }) },
    },
  }));
}

/** What became of a sample that was sent to somebody. */
export interface SentSample extends Omit<SampleToSend, 'notification'> {
  readonly notificationId: string;
  readonly state: string;
  readonly reason?: string | undefined;
}

export async function sendSamples(
  { outputs }: Connection,
  samples: readonly SampleToSend[],
  err: (text: string) => void,
): Promise<readonly SentSample[]> {
  const notifications = queue(outputs.NotificationsQueueUrl);
  const published: Published[] = [];
  for (const [i, { notification }] of samples.entries()) {
    const sqsMessageId = await notifications.send(JSON.stringify(notification));
    published.push({ position: i + 1, notificationId: notification.notificationId, sqsMessageId });
  }
  const fates = await deliveryFates(outputs.DeliveriesTableName).await(published, waitSeconds, err);
  return samples.map(({ notification: { notificationId }, ...sample }, i) => ({
    ...sample,
    ...{ notificationId, state: fates[i]?.state ?? 'queued', reason: fates[i]?.reason },
  }));
}
