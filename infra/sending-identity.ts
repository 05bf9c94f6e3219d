import { CfnOutput, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import {
  type ConfigurationSet,
  EmailIdentity,
  type Identity,
  type IEmailIdentity,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { IdentitySettings, Stage } from './stage.ts';

export interface SendingIdentityProps {
  readonly stage: Stage;
  readonly configurationSet: ConfigurationSet;
}

/** The domain that mail comes from: verified by this stack if the stage says so, else found verified. */
export class SendingIdentity extends Construct {
  readonly mailDomain: string;
  readonly #identity: IEmailIdentity;

  constructor(scope: Construct, id: string, { stage, configurationSet }: SendingIdentityProps) {
    super(scope, id);
    this.mailDomain = stage.mailDomain;
    this.#identity = stage.identity
      ? this.#verified(stage.identity, configurationSet)
      : EmailIdentity.fromEmailIdentityName(this, 'Identity', stage.mailDomain);
  }

  /** Sending from the domain, and reading the send rate and quota of the account. */
  grantSend(grantee: IGrantable & Construct): void {
    this.#identity.grant(grantee, 'ses:SendEmail');
    Grant.addToPrincipal({ grantee, actions: ['ses:GetAccount'], resourceArns: ['*'] });
    Validations.of(grantee).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ses:GetAccount reads the quota of the account as a whole; IAM accepts only * for it.',
    });
  }

  /** Reading how it stands with the identity. */
  grantRead(grantee: IGrantable): void {
    this.#identity.grant(grantee, 'ses:GetEmailIdentity');
  }

  #verified({ mailFromDomain, zone }: IdentitySettings, configurationSet: ConfigurationSet): EmailIdentity {
    // Not Identity.publicHostedZone: that would verify the apex of the zone instead of the mail domain.
    const identity: Identity = {
      value: this.mailDomain,
      ...(zone ? { hostedZone: PublicHostedZone.fromPublicHostedZoneAttributes(this, 'Zone', zone) } : {}),
    };
    const verified = new EmailIdentity(this, 'Identity', {
      identity,
      configurationSet,
      mailFromDomain,
      // Bounces and complaints come as events; a copy by mail to the From address helps nobody.
      feedbackForwarding: false,
    });
    if (!zone) {
      verified.dkimRecords.forEach(({ name, value }, index) => {
        new CfnOutput(this, `DkimRecord${index + 1}`, {
          description: 'CNAME record that proves the mail domain to SES and carries its DKIM key',
          value: `${name} CNAME ${value}`,
        });
      });
    }
    return verified;
  }
}
