import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailSendingEvent,
  EventDestination,
  HttpsPolicy,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from './stage.ts';

const failures = [
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.RENDERING_FAILURE,
];

const engagement = [EmailSendingEvent.OPEN, EmailSendingEvent.CLICK];

/** What a configuration set reports. Every event costs: a campaign to a million has millions of deliveries and few failures. */
const events = {
  /** Notifications: acceptance settles at once what a lost answer left in doubt. */
  all: [EmailSendingEvent.SEND, EmailSendingEvent.DELIVERY, ...failures],
  failures,
  /** Campaigns that keep a row for each recipient. */
  full: [EmailSendingEvent.DELIVERY, ...failures],
  /** Campaigns that count opens and clicks: SES then rewrites links and adds a pixel, unless a mail says otherwise. */
  'failures+engagement': [...failures, ...engagement],
  'full+engagement': [EmailSendingEvent.DELIVERY, ...failures, ...engagement],
};

export interface MailConfigurationSetProps {
  readonly stage: Stage;
  readonly topic: ITopic;
  readonly reports: keyof typeof events;
}

/** How SES treats mail of Todoke, and where it reports what became of it. */
export class MailConfigurationSet extends Construct {
  readonly configurationSet: ConfigurationSet;

  constructor(scope: Construct, id: string, { stage, topic, reports }: MailConfigurationSetProps) {
    super(scope, id);
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: stage.requireTls ? ConfigurationSetTlsPolicy.REQUIRE : ConfigurationSetTlsPolicy.OPTIONAL,
      reputationMetrics: true,
      ...(stage.trackingDomain === undefined
        ? {}
        : {
            customTrackingRedirectDomain: stage.trackingDomain,
            customTrackingHttpsPolicy: HttpsPolicy.REQUIRE,
          }),
      // A second line behind the suppressions table, shared with whatever else sends from the account.
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    // Its topic policy admits SES for this account and this configuration set only.
    this.configurationSet.addEventDestination('Feedback', {
      destination: EventDestination.snsTopic(topic),
      events: events[reports],
    });
  }

  get configurationSetName(): string {
    return this.configurationSet.configurationSetName;
  }

  /** SES authorizes a mail against its configuration set as well as against its identity. */
  grantSend(grantee: IGrantable): void {
    const configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.configurationSetName,
    });
    Grant.addToPrincipal({ grantee, actions: ['ses:SendEmail'], resourceArns: [configurationSetArn] });
  }
}
