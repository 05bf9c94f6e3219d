import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { recipientIdOf } from '../../domain/address.ts';
import { chunkSize } from '../../domain/campaign/campaign.ts';
import { type DeliveryState, deliveryId, stateRank } from '../../domain/delivery.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';

/** A row as the deliveries table has it. */
export type Row = Record<string, AttributeValue>;

/** What becomes of the mails, in the order in which they come: three in a hundred fail. */
const ends: readonly { readonly state: DeliveryState; readonly share: number }[] = [
  { state: 'bounced', share: 0.015 },
  { state: 'suppressed', share: 0.005 },
  { state: 'complained', share: 0.001 },
  { state: 'rejected', share: 0.002 },
  { state: 'expired', share: 0.002 },
  { state: 'unknown', share: 0.001 },
  { state: 'delayed', share: 0.004 },
  { state: 'delivered', share: 1 },
];

const domains = ['gmail.com', 'docomo.ne.jp', 'ezweb.ne.jp', 'yahoo.co.jp', 'example.com'] as const;

export function addressOf(recipient: number): string {
  return `person${recipient}@${domains[recipient % domains.length]}`;
}

function endOf(mail: number): DeliveryState {
  // Spread evenly, so that a part of the rows has the mix of all.
  let rest = ((mail * 7919) % 10_000) / 10_000;
  return (
    ends.find(({ share }) => {
      rest -= share;
      return rest < 0;
    })?.state ?? 'delivered'
  );
}

function eventsOf(state: DeliveryState, mail: number, atMs: number) {
  const base = { sesMessageId: sesMessageIdOf(mail), recipient: addressOf(mail), remoteMtaIp: '192.0.2.50' };
  const delivery = {
    ...base,
    atMs: atMs + 900,
    diagnosticCode: '250 2.6.0 Message received',
    processingTimeMs: 850,
  };
  switch (state) {
    case 'delivered':
      return { 'event:delivery': delivery };
    case 'complained':
      return {
        'event:delivery': delivery,
        'event:complaint': { ...base, atMs: atMs + 60_000, complaintFeedbackType: 'abuse' },
      };
    case 'delayed':
      return {
        'event:deliveryDelay': {
          ...base,
          atMs: atMs + 900,
          delayType: 'TransientCommunicationFailure',
          diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
          retriedUntilMs: atMs + 14 * 3_600_000,
        },
      };
    case 'bounced':
      return {
        'event:bounce': {
          ...base,
          atMs: atMs + 900,
          bounceType: 'Permanent',
          bounceSubType: 'NoEmail',
          enhancedStatusCode: '5.1.1',
          diagnosticCode: 'smtp; 550 5.1.1 user unknown',
        },
      };
    default:
      return {};
  }
}

export function sesMessageIdOf(mail: number): string {
  return `0100018f${String(mail).padStart(8, '0')}-6c1e4a3b-0000-4000-8000-000000000000-000000`;
}

function common(mail: number, recipient: number, atMs: number) {
  const state = endOf(mail);
  const failed = !['delivered', 'delayed'].includes(state);
  return {
    state,
    stateRank: stateRank[state],
    recipientId: recipientIdOf(addressOf(recipient)),
    address: addressOf(recipient),
    updatedAtMs: atMs + 1_000,
    expiresAtEpochSeconds: Math.floor(atMs / 1000) + 180 * 86_400,
    ...(failed
      ? {
          failedOn: formatTimestamp(atMs).slice(0, 10),
          failedAt: formatTimestamp(atMs),
          reason: 'user_unknown',
        }
      : {}),
    ...(failed && state === 'suppressed' ? { reason: 'bounce', detail: 'suppressed for all' } : {}),
  };
}

export function marshalled(item: Record<string, unknown>): Row {
  return marshall(item, { removeUndefinedValues: true }) as Row;
}

/** A notification; the rows of a recipient are far apart. */
export function notificationRow(mail: number, recipients: number, atMs: number): Row {
  const facts = common(mail, mail % recipients, atMs);
  const sent = facts.stateRank >= stateRank.accepted;
  return marshalled({
    ...facts,
    ...eventsOf(facts.state, mail, atMs),
    deliveryId: deliveryId({ kind: 'notification', notificationId: `notification-${mail}` }),
    notificationId: `notification-${mail}`,
    template: 'one-time-password',
    category: 'transactional',
    knownSinceMs: atMs,
    ...(sent ? { sesMessageId: sesMessageIdOf(mail), acceptedAtMs: atMs + 50 } : {}),
  });
}

/** Mail of a campaign with full tracing: in the indexes only where it failed. */
export function campaignRow(campaignId: string, recipient: number, atMs: number): Row {
  const { state: end, ...facts } = common(recipient, recipient, atMs);
  const state: DeliveryState = stateRank[end] < stateRank.accepted ? 'delivered' : end;
  const place = { chunk: Math.floor(recipient / chunkSize), index: recipient % chunkSize };
  const failed = state === 'bounced' || state === 'complained';
  const { failedOn, failedAt, reason, ...rest } = facts;
  return marshalled({
    ...rest,
    ...eventsOf(state, recipient, atMs),
    deliveryId: deliveryId({ kind: 'campaign', campaignId, ...place }),
    state,
    stateRank: stateRank[state],
    campaignId,
    ...(failed
      ? { failedOn, failedAt, reason, knownSinceMs: atMs, sesMessageId: sesMessageIdOf(recipient) }
      : {}),
  });
}
