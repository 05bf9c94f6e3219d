import { RemovalPolicy } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { QueueWorker } from './queue-worker.ts';

export interface FeedbackTopicProps {
  /** Receives every event, bare: the body of the message is the JSON of SES. */
  readonly worker: QueueWorker;
}

/** The way of SES events to the feedback queue. The events carry addresses and unsubscribe links. */
export class FeedbackTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { worker }: FeedbackTopicProps) {
    super(scope, id);
    // A key of our own, because SES must be admitted to it: with the key that AWS manages for SNS it
    // cannot be, and SES drops its events without a word. Nothing stored depends on the key.
    const key = new Key(this, 'Key', {
      description: 'Encrypts SES events on their way to the feedback queue',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // AWS documents this grant without conditions on the source. What narrows SES down to one
    // configuration set of this account is the policy of the topic.
    key.grant(new ServicePrincipal('ses.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey');

    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    this.topic.addSubscription(
      new SqsSubscription(worker.queue, {
        rawMessageDelivery: true,
        deadLetterQueue: worker.deadLetterQueue,
      }),
    );
  }
}
