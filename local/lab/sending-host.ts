import { createHash } from 'node:crypto';
import type { Place } from '../api.ts';
import type { Identity } from '../ses/identities.ts';
import type { AcceptedMail } from '../ses/mail.ts';
import { mimeSource } from '../ses/mime.ts';
import { joinRaw, splitRaw, valuesOf } from '../ses/raw-mail.ts';
import { type DkimKey, type Signature, signed } from './dkim.ts';
import { sesDomain, sesSelector } from './records.ts';

/** RFC 5321 MAIL FROM: bounces come back under SES's id of the mail, to the domain of the identity or to SES's own. */
export function mailFromOf({ messageId }: AcceptedMail, identity: Identity, { region }: Place): string {
  const ofIdentity = identity.mailFromDomain !== '' && identity.mailFromStatus === 'SUCCESS';
  return `${messageId}@${ofIdentity ? identity.mailFromDomain : sesDomain(region)}`;
}

/**
 * The mail as it leaves SES: with `Feedback-ID` and `X-SES-Outgoing`, signed for the domain of the identity and for
 * amazonses.com. Captured mails of SES show that it signs every field that is there, each by its name once, in
 * `relaxed/simple`; its own Feedback-ID only for amazonses.com.
 */
export async function outgoingSource(
  mail: AcceptedMail,
  identity: Identity,
  key: DkimKey,
  { place, address, nowMs }: { place: Place; address: string; nowMs: number },
): Promise<Buffer> {
  const { headers, fields, body } = splitRaw(await mimeSource(mail, place.region));
  const names = [...new Set(headers.map(({ name }) => name))];
  const ownFeedbackId = valuesOf(headers, 'feedback-id').length === 0;
  const source = joinRaw(
    fields,
    [
      ...(ownFeedbackId ? [{ name: 'Feedback-ID', value: feedbackId(identity, place) }] : []),
      {
        name: 'X-SES-Outgoing',
        value: `${new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '.')}-${address}`,
      },
    ],
    body,
  );
  const ofIdentity: Signature[] = signs(identity)
    ? [{ domain: identity.name, selector: identity.dkimTokens[0] ?? '', fields: names }]
    : [];
  const ofSes: Signature = {
    domain: sesDomain(place.region),
    selector: sesSelector,
    fields: [...names, 'Feedback-ID'],
  };
  return signed(source, [...ofIdentity, ofSes], key, nowMs);
}

function signs({ type, signingEnabled, dkimStatus }: Identity): boolean {
  return type === 'DOMAIN' && signingEnabled && dkimStatus === 'SUCCESS';
}

/** Four parts, the last of which is the sender; the third is opaque (support.google.com/mail/answer/6254652). */
function feedbackId({ name }: Identity, { region, accountId }: Place): string {
  const opaque = createHash('sha256').update(`${accountId} ${name}`).digest('base64');
  return `::1.${region}.${opaque}:AmazonSES`;
}
