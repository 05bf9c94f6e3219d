import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from './stage.ts';

// Transactions are authorized as the actions of their members. Querying indexes serves the questions of
// operators, who come with roles of their own, and so does scanning but for the planner's.
const readActions = ['dynamodb:BatchGetItem', 'dynamodb:GetItem'];
const writeActions = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

export function grantTableRead(table: TableV2, grantee: IGrantable): void {
  grantTable(table, grantee, readActions);
}

/** Reading and writing without deleting: no function can make Todoke forget a suppression, or that a mail was sent. */
export function grantTableReadWrite(table: TableV2, grantee: IGrantable): void {
  grantTable(table, grantee, [...readActions, ...writeActions]);
}

/** Changing items that are there, or are as they should be. */
export function grantTableUpdate(table: TableV2, grantee: IGrantable): void {
  grantTable(table, grantee, ['dynamodb:UpdateItem']);
}

/** Asking one index, whose keys are all that it holds. */
export function grantIndexQuery(table: TableV2, indexName: string, grantee: IGrantable): void {
  Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:Query'],
    resourceArns: [`${table.tableArn}/index/${indexName}`],
  });
}

/** Reading a table from end to end. */
export function grantTableScan(table: TableV2, grantee: IGrantable): void {
  grantTable(table, grantee, ['dynamodb:Scan']);
}

function grantTable(table: TableV2, grantee: IGrantable, actions: string[]): void {
  Grant.addToPrincipal({ grantee, actions, resourceArns: [table.tableArn] });
}

export interface TablesProps {
  readonly stage: Stage;
}

/**
 * What Todoke remembers.
 *
 * All are encrypted with a key that DynamoDB owns: it costs nothing per request, cannot be throttled
 * or deleted by mistake, and access is decided by IAM alone. Point-in-time recovery covers them all.
 */
export class Tables extends Construct {
  /** What is known about each mail to each recipient. */
  readonly deliveries: TableV2;
  /** Who must not be mailed, and why. Losing it means mailing people who said no. */
  readonly suppressions: TableV2;
  /** What people asked for: topics, with the proof of it, and preferences. Losing it means not being able to prove consent. */
  readonly contacts: TableV2;
  /** State and counters of campaigns. */
  readonly campaigns: TableV2;
  /** The next free slot of SES's send rate. Rebuilt by the next mail. */
  readonly sendRate: TableV2;

  constructor(scope: Construct, id: string, { stage }: TablesProps) {
    super(scope, id);
    const settings = {
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    };
    const kept = {
      ...settings,
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: stage.protectData,
    };

    this.deliveries = new TableV2(this, 'Deliveries', {
      ...kept,
      ...key('deliveryId'),
      timeToLiveAttribute: 'expiresAtEpochSeconds',
      globalSecondaryIndexes: [
        {
          // Sparse: only a mail that failed has a day of failure, so successes cost no second write.
          indexName: 'failures',
          partitionKey: { name: 'failedOn', type: AttributeType.STRING },
          sortKey: { name: 'failedAt', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
        // Whoever asks about a mail knows whom it was for, or what SES calls it. Sparse too: mail of a campaign is in them only
        // when something went wrong with it (`domain/findable.ts`). Keys only, since these change but once.
        {
          indexName: 'byRecipient',
          partitionKey: { name: 'recipientId', type: AttributeType.STRING },
          sortKey: { name: 'knownSinceMs', type: AttributeType.NUMBER },
          projectionType: ProjectionType.KEYS_ONLY,
        },
        {
          indexName: 'bySesMessageId',
          partitionKey: { name: 'sesMessageId', type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    this.suppressions = new TableV2(this, 'Suppressions', { ...kept, ...key('recipientId') });
    this.contacts = new TableV2(this, 'Contacts', { ...kept, ...key('recipientId') });
    this.campaigns = new TableV2(this, 'Campaigns', {
      ...kept,
      ...key('campaignId'),
      globalSecondaryIndexes: [
        {
          // Sparse: only a campaign that is not over is in it, so that looking for those does not grow with history.
          indexName: 'active',
          partitionKey: { name: 'active', type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    this.sendRate = new TableV2(this, 'SendRate', {
      ...settings,
      ...key('bucketId'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

function key(name: string): Pick<TablePropsV2, 'partitionKey'> {
  return { partitionKey: { name, type: AttributeType.STRING } };
}
