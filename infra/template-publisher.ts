import { CustomResource, Duration, Validations } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { environmentNames } from '../functions/environment.ts';
import { runScript } from './bundled-code.ts';
import type { MailBucket } from './mail-bucket.ts';
import type { Stage } from './stage.ts';
import { TodokeFunction } from './todoke-function.ts';

const timeout = Duration.seconds(120);

export interface TemplatePublisherProps {
  readonly stage: Stage;
  readonly bucket: MailBucket;
}

/**
 * Puts the project's compiled templates into the bucket on every deploy that changes them.
 *
 * They are compiled while the stack is synthesized and travel inside the function's own asset, so a
 * template that does not compile or has errors fails the synthesis and never reaches an account.
 */
export class TemplatePublisher extends Construct {
  readonly function: TodokeFunction;

  constructor(scope: Construct, id: string, { stage, bucket }: TemplatePublisherProps) {
    super(scope, id);
    this.function = new TodokeFunction(this, 'Publisher', {
      stage,
      entry: 'publish-templates',
      description: 'Copies the compiled templates of this deployment into the bucket',
      timeout,
      memoryMegabytes: 256,
      environment: { [environmentNames.bucketName]: bucket.bucketName },
      afterBundling: (outputDirectory) =>
        runScript('cli/template/build.ts', '--check', 'templates', `${outputDirectory}/templates`),
    });
    bucket.grantRead(this.function, 'templates');
    bucket.grantWrite(this.function, 'templates');

    const publication = new CustomResource(this, 'Publication', {
      serviceToken: this.function.function.functionArn,
      // CloudFormation waits an hour by default for a function that never answers.
      serviceTimeout: timeout.plus(Duration.seconds(30)),
      properties: { AssetHash: this.#assetHash() },
    });
    Validations.of(publication).acknowledge({
      id: 'CloudFormation-Validate::W9003',
      reason:
        'The CDK writes ServiceTimeout as a string of digits, which CloudFormation takes for the number.',
    });
  }

  /** Changes with the templates and the publisher; a changed property is what makes CloudFormation call it again. */
  #assetHash(): string {
    const code = this.function.function.node.findChild('Code');
    if (!(code instanceof Asset)) {
      throw new Error(`${code.node.path} is not an asset, so a change of the templates would go unnoticed`);
    }
    return code.assetHash;
  }
}
