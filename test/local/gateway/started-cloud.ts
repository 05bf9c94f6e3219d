import type { Place } from '../../../local/api.ts';
import { createDynamoDb, type DynamoDb } from '../../../local/engines/dynamodb.ts';
import { createMessaging, type Messaging } from '../../../local/engines/messaging.ts';
import type { Published } from '../../../local/engines/sns.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../local/gateway/gateway.ts';

export const place: Place = { region: 'eu-west-1', accountId: '123456789012' };

/** The engines behind a gateway on a free port, as the runner puts them together. */
export interface StartedCloud {
  readonly gateway: Gateway;
  readonly messaging: Messaging;
  readonly dynamoDb: DynamoDb;
  readonly published: readonly Published[];
  /** Settings for any client of the JavaScript SDK. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  close(): Promise<void>;
}

export async function startCloud(
  options: Partial<Pick<GatewayOptions, 'authorize' | 'onCall'>> & { nowMs?: () => number } = {},
): Promise<StartedCloud> {
  const published: Published[] = [];
  const gateway = await startGateway({
    port: 0,
    place,
    authorize: options.authorize ?? (() => ({ allowed: true })),
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  });
  const messaging = createMessaging({
    place,
    baseUrl: () => gateway.endpoint,
    onPublish: (message) => published.push(message),
  });
  const dynamoDb = createDynamoDb({ nowMs: options.nowMs ?? Date.now, place });
  for (const name of ['sqs', 'sns', 's3', 'sts'] as const) gateway.addService(name, messaging[name]);
  gateway.addService('dynamodb', dynamoDb.handle);
  return {
    gateway,
    messaging,
    dynamoDb,
    published,
    client: {
      endpoint: gateway.endpoint,
      region: place.region,
      credentials: { accessKeyId: 'AKIDOPERATOR', secretAccessKey: 'dummy' },
      maxAttempts: 1,
    },
    async close() {
      await gateway.close();
      await messaging.close();
      await dynamoDb.close();
    },
  };
}
