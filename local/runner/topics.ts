import type { Place } from '../api.ts';
import type { Messaging } from '../engines/messaging.ts';
import type { Published } from '../engines/sns.ts';
import type { Access } from './access.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { Clock } from './clock.ts';
import type { Queues } from './queues.ts';
import { envelope, lambdaEvent, passes, rawAttributes, type Subscription } from './subscription.ts';
import type { Work } from './work.ts';

export interface TopicsPorts {
  readonly messaging: Messaging;
  readonly queues: Queues;
  readonly asyncInvocations: AsyncInvocations;
  readonly access: Access;
  readonly place: Place;
  readonly clock: Clock;
  readonly work: Work;
  readonly countCall: (action: string, payloadBytes?: number) => void;
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

  /** Those of the template. */
  subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
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
    this.#ports.countCall('sns:Publish', Buffer.byteLength(message));
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
    const { access, asyncInvocations, queues, place, clock, log } = this.#ports;
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
      if (toQueue) {
        await this.#send(endpointArn, subscription, published);
      } else {
        await asyncInvocations.invoke(
          endpointArn,
          JSON.stringify(lambdaEvent(subscription, published, place, clock.nowMs())),
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
    const { queues, place, clock, countCall } = this.#ports;
    countCall('sqs:SendMessage', Buffer.byteLength(published.message));
    if (subscription.rawMessageDelivery) {
      await queues.send(queueArn, published.message, rawAttributes(published));
    } else {
      await queues.send(queueArn, JSON.stringify(envelope(subscription, published, place, clock.nowMs())));
    }
  }
}
