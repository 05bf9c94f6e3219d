import type { Place } from '../api.ts';
import type { Messaging } from '../engines/messaging.ts';
import type { MessageAttribute } from '../engines/messaging-calls.ts';
import type { Published } from '../engines/sns.ts';
import type { Access } from './access.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { Clock } from './clock.ts';
import type { EventMatcher } from './event-pattern.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Queues } from './queues.ts';
import type { Work } from './work.ts';

/** A subscription of the template. Those made through the API are served by the engine. */
export interface Subscription {
  readonly logicalId: string;
  readonly arn: string;
  readonly topicArn: string;
  /** A queue or a function. */
  readonly endpointArn: string;
  readonly rawMessageDelivery: boolean;
  readonly filter?: { readonly scope: 'MessageAttributes' | 'MessageBody'; readonly matches: EventMatcher };
  readonly deadLetterArn?: string;
}

export interface TopicsPorts {
  readonly messaging: Messaging;
  readonly queues: Queues;
  readonly asyncInvocations: AsyncInvocations;
  readonly access: Access;
  readonly place: Place;
  readonly clock: Clock;
  readonly work: Work;
  readonly countCall: (action: string) => void;
  readonly log: (line: string) => void;
}

const sns = 'sns.amazonaws.com';

/** Carries what topics accept to the subscriptions of the template, as far as policies let SNS. */
export class Topics {
  readonly #ports: TopicsPorts;
  readonly #subscriptions: Subscription[] = [];
  readonly #arns = new Set<string>();

  constructor(ports: TopicsPorts) {
    this.#ports = ports;
  }

  /** @returns The topic's ARN. */
  async create(name: string): Promise<string> {
    const { TopicArn } = await this.#ports.messaging.call('sns', 'CreateTopic', { Name: name });
    this.#arns.add(TopicArn);
    return TopicArn;
  }

  has(topicArn: string): boolean {
    return this.#arns.has(topicArn);
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.push(subscription);
  }

  /**
   * An AWS service publishes. What its policies do not allow is dropped, as AWS drops it; here it is said aloud.
   *
   * @param context - `aws:SourceArn` and `aws:SourceAccount` of the publisher.
   */
  async publishAs(
    service: string,
    topicArn: string,
    message: string,
    context: Record<string, string>,
  ): Promise<void> {
    const decision = this.#ports.access.serviceMay(service, 'sns:Publish', topicArn, context);
    if (!decision.allowed) {
      this.#ports.log(`DROPPED: an event of ${service} for ${topicArn}: ${decision.reason}`);
      return;
    }
    await this.publish(topicArn, message);
  }

  async publish(topicArn: string, message: string): Promise<void> {
    await this.#ports.messaging.call('sns', 'Publish', { TopicArn: topicArn, Message: message });
  }

  /** Told by the engine of every message that a topic accepted. */
  published(published: Published): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.topicArn === published.topicArn && passes(subscription, published)) {
        const delivery = this.#deliver(subscription, published).catch((error: unknown) =>
          this.#ports.log(
            `DROPPED: a message of ${published.topicArn} for ${subscription.logicalId}: ${String(error)}`,
          ),
        );
        void this.#ports.work.track(delivery);
      }
    }
  }

  async #deliver(subscription: Subscription, published: Published): Promise<void> {
    const { access, asyncInvocations, queues, place, log } = this.#ports;
    const context = { 'aws:SourceArn': published.topicArn, 'aws:SourceAccount': place.accountId };
    const { endpointArn, deadLetterArn } = subscription;
    const toQueue = queues.has(endpointArn);
    const decision = access.serviceMay(
      sns,
      toQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction',
      endpointArn,
      context,
    );
    if (decision.allowed) {
      this.#ports.countCall('sns:Deliver');
      if (toQueue) {
        await this.#send(endpointArn, subscription, published);
      } else {
        await asyncInvocations.invoke(
          endpointArn,
          JSON.stringify(this.#lambdaEvent(subscription, published)),
        );
      }
      return;
    }
    const spare =
      deadLetterArn !== undefined &&
      access.serviceMay(sns, 'sqs:SendMessage', deadLetterArn, context).allowed;
    if (spare) {
      await this.#send(deadLetterArn, subscription, published);
    }
    const fate = spare ? 'DEAD-LETTERED' : 'DROPPED';
    log(`${fate}: a message of ${published.topicArn} for ${subscription.logicalId}: ${decision.reason}`);
  }

  async #send(queueArn: string, subscription: Subscription, published: Published): Promise<void> {
    if (!subscription.rawMessageDelivery) {
      await this.#ports.queues.send(queueArn, JSON.stringify(this.#envelope(subscription, published)));
      return;
    }
    const attributes = Object.entries(published.attributes).map(
      ([name, { type, value }]): [string, MessageAttribute] => [
        name,
        type.startsWith('Binary')
          ? { DataType: type, BinaryValue: value }
          : { DataType: type, StringValue: value },
      ],
    );
    const messageAttributes = Object.fromEntries(attributes);
    await this.#ports.queues.send(
      queueArn,
      published.message,
      attributes.length > 0 ? { messageAttributes } : {},
    );
  }

  #envelope(subscription: Subscription, published: Published): JsonObject {
    const { region } = this.#ports.place;
    const unsubscribe = `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
    return {
      Type: 'Notification',
      MessageId: published.messageId,
      TopicArn: published.topicArn,
      ...(published.subject !== undefined && { Subject: published.subject }),
      Message: published.message,
      Timestamp: new Date(this.#ports.clock.nowMs()).toISOString(),
      SignatureVersion: '1',
      Signature: 'not-signed-locally',
      SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`,
      UnsubscribeURL: unsubscribe,
      ...(Object.keys(published.attributes).length > 0 && {
        MessageAttributes: Object.fromEntries(
          Object.entries(published.attributes).map(([name, { type, value }]) => [
            name,
            { Type: type, Value: value },
          ]),
        ),
      }),
    };
  }

  /** Functions get the same fields under other names, and always the envelope. */
  #lambdaEvent(subscription: Subscription, published: Published): JsonObject {
    const { SigningCertURL, UnsubscribeURL, ...envelope } = this.#envelope(subscription, published);
    return {
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: subscription.arn,
          Sns: {
            Subject: null,
            MessageAttributes: {},
            ...envelope,
            SigningCertUrl: SigningCertURL ?? null,
            UnsubscribeUrl: UnsubscribeURL ?? null,
          },
        },
      ],
    };
  }
}

function passes({ filter }: Subscription, published: Published): boolean {
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
