import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * Keys that sign unsubscribe tokens: `{"current": "k1", "k1": "<64 characters>"}`.
 *
 * A token names its key and never expires, so a key may be added and made current, but removing one
 * breaks the unsubscribe links of every mail that was sent with it. For that reason the secret outlives the stack.
 */
export class UnsubscribeKeys extends Construct {
  readonly secretArn: string;
  readonly #secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#secret = new Secret(this, 'Secret', {
      description: 'Keys that sign unsubscribe tokens; add keys, never remove one',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: 'k1' }),
        generateStringKey: 'k1',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.secretArn = this.#secret.secretArn;
    Validations.of(this.#secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Links in mail that was already sent must work for ever (RFC 8058), so keys are added by an operator ' +
        'when there is cause, and never replaced on a schedule.',
    });
  }

  grantRead(grantee: IGrantable): void {
    this.#secret.grantRead(grantee);
  }
}
