import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from './stage.ts';

/** The folders of the bucket. */
export type BucketFolder = 'templates' | 'audiences' | 'campaigns' | 'attachments';

export interface MailBucketProps {
  readonly stage: Stage;
}

/**
 * Compiled templates, the audience files of campaigns, what the planner makes of them, and attachments.
 *
 * Not versioned: templates are stored under the hash of their content and never overwritten, and the
 * personal data in the other folders must be gone when its days are over, not kept as old versions.
 */
export class MailBucket extends Construct {
  readonly bucketName: string;
  readonly #bucket: Bucket;

  constructor(scope: Construct, id: string, { stage }: MailBucketProps) {
    super(scope, id);
    const { audiences, campaigns, attachments } = stage.retentionDays;
    this.#bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'audiences', prefix: 'audiences/', expiration: Duration.days(audiences) },
        { id: 'campaigns', prefix: 'campaigns/', expiration: Duration.days(campaigns) },
        { id: 'attachments', prefix: 'attachments/', expiration: Duration.days(attachments) },
        // Deleted by whoever wrote them, as soon as SES has read them.
        { id: 'suppressions', prefix: 'suppressions/', expiration: Duration.days(1) },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.bucketName = this.#bucket.bucketName;
    // Import jobs of the account suppression list read their addresses here; SES names the account as referer.
    Grant.addToPrincipalOrResource({
      grantee: new ServicePrincipal('ses.amazonaws.com', {
        conditions: { StringEquals: { 'aws:Referer': Stack.of(this).account } },
      }),
      actions: ['s3:GetObject'],
      resourceArns: [this.#bucket.arnForObjects('suppressions/*')],
      resource: this.#bucket,
    });
    Validations.of(this.#bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the roles of this stack and of operators can read the bucket; a log of accesses would copy ' +
        'object keys into a second bucket. An account that audits reads does so with CloudTrail data events.',
    });
  }

  /**
   * Reading objects of the folders. Listing comes with it, because S3 answers a missing object with
   * 403 instead of 404 to who may not list, and an unknown template must not look like a lost grant.
   */
  grantRead(grantee: IGrantable & Construct, ...folders: readonly BucketFolder[]): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.#bucket.bucketArn] });
    this.#grantObjects(grantee, 's3:GetObject', folders);
  }

  grantWrite(grantee: IGrantable & Construct, ...folders: readonly BucketFolder[]): void {
    this.#grantObjects(grantee, 's3:PutObject', folders);
  }

  #grantObjects(grantee: IGrantable & Construct, action: string, folders: readonly BucketFolder[]): void {
    Grant.addToPrincipal({
      grantee,
      actions: [action],
      resourceArns: folders.map((folder) => this.#bucket.arnForObjects(`${folder}/*`)),
    });
    for (const folder of folders) {
      Validations.of(grantee).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${this.#logicalId()}.Arn>/${folder}/*]`,
        reason: `The keys under ${folder}/ are made at run time; the grant ends at that folder and at ${action}.`,
      });
    }
  }

  #logicalId(): string {
    const resource = this.#bucket.node.defaultChild;
    if (!(resource instanceof CfnBucket)) {
      throw new Error(`${this.#bucket.node.path} has no resource`);
    }
    return String(Stack.of(this).resolve(resource.logicalId));
  }
}
