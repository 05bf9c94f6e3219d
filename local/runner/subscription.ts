import type { Place } from '../api.ts';
import type { MessageAttribute } from '../engines/messaging-calls.ts';
import type { Published } from '../engines/sns.ts';
import type { EventMatcher } from './event-pattern.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** A subscription of the template. Those made through the API are served by the engine. */
export interface Subscription {
  readonly logicalId: string;
  readonly arn: string;
  readonly topicArn: string;
  /** A queue or a function. */
  readonly endpointArn: string;
  readonly rawMessageDelivery: boolean;
  readonly filter?: {
    readonly scope: 'MessageAttributes' | 'MessageBody';
    readonly matches: EventMatcher;
    readonly policy: string;
  };
  readonly deadLetterArn?: string;
}

/** What SNS wraps around a message for subscriptions without raw delivery. */
export function envelope(
  subscription: Subscription,
  published: Published,
  { region }: Place,
  nowMs: number,
): JsonObject {
  const attributes = Object.entries(published.attributes).map(([name, { type, value }]) => [
    name,
    { Type: type, Value: value },
  ]);
  return {
    Type: 'Notification',
    MessageId: published.messageId,
    TopicArn: published.topicArn,
    ...(published.subject !== undefined && { Subject: published.subject }),
    Message: published.message,
    Timestamp: new Date(nowMs).toISOString(),
    SignatureVersion: '1',
    Signature: 'not-signed-locally',
    SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`,
    UnsubscribeURL: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
  };
}

/** Functions get the same fields under other names, and always the envelope. */
export function lambdaEvent(
  subscription: Subscription,
  published: Published,
  place: Place,
  nowMs: number,
): JsonObject {
  const { SigningCertURL, UnsubscribeURL, ...rest } = envelope(subscription, published, place, nowMs);
  const Sns = {
    Subject: null,
    MessageAttributes: {},
    ...rest,
    SigningCertUrl: SigningCertURL ?? null,
    UnsubscribeUrl: UnsubscribeURL ?? null,
  };
  const EventSubscriptionArn = subscription.arn;
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn, Sns }] };
}

/** Raw delivery hands the attributes of a message over as those of the queue's message. */
export function rawAttributes({ attributes }: Published): {
  messageAttributes?: Record<string, MessageAttribute>;
} {
  const entries = Object.entries(attributes).map(([name, { type, value }]): [string, MessageAttribute] => [
    name,
    type.startsWith('Binary')
      ? { DataType: type, BinaryValue: value }
      : { DataType: type, StringValue: value },
  ]);
  return entries.length > 0 ? { messageAttributes: Object.fromEntries(entries) } : {};
}

/** Whether the subscription's filter policy lets a message through. */
export function passes({ filter }: Subscription, published: Published): boolean {
  if (filter === undefined) {
    return true;
  }
  if (filter.scope === 'MessageBody') {
    const body = parsed(published.message);
    return isObject(body) && filter.matches(body);
  }
  const attributes = Object.entries(published.attributes).map(([name, { type, value }]): [string, Json] => [
    name,
    type === 'Number' ? Number(value) : type === 'String.Array' ? (parsed(value) ?? value) : value,
  ]);
  return filter.matches(Object.fromEntries(attributes));
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
