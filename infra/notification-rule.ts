import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { QueueWorker } from './queue-worker.ts';

export interface NotificationRuleProps {
  readonly worker: QueueWorker;
}

/** Lets services that already speak EventBridge ask for mail: the whole envelope goes to the notifications queue. */
export class NotificationRule extends Construct {
  constructor(scope: Construct, id: string, { worker }: NotificationRuleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'Events of the default bus that ask for one mail',
      eventPattern: { detailType: ['Todoke Notification'] },
      targets: [new SqsQueue(worker.queue, { deadLetterQueue: worker.deadLetterQueue })],
    });
  }
}
