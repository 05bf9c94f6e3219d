import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/table.ts';
import { type Answer, itemsInMemory, type Request } from './items.ts';
import { currentWorker } from './world.ts';

/** Partition keys of the stack's tables, as `infra/tables.ts` has them. */
export const tableKeys = {
  deliveries: 'deliveryId',
  suppressions: 'recipientId',
  campaigns: 'campaignId',
  'send-rate': 'bucketId',
} as const;

/** Carries out a request to DynamoDB. */
export type Perform = (operation: string, request: Request) => Answer;

const performers = new AsyncLocalStorage<Perform>();
let connected = false;

/** Hears every request with its answer. */
export type Heard = (operation: string, request: Request, answer: Answer) => void;

/** Runs something with empty tables of its own. */
export async function withTables<T>(run: () => Promise<T>, heard: Heard): Promise<T> {
  connect();
  const perform = itemsInMemory(tableKeys);
  return await performers.run((operation, request) => {
    const answer = perform(operation, request);
    heard(operation, request, answer);
    return answer;
  }, run);
}

/**
 * Puts tables in memory behind the client that the code of `aws/` uses, so that every condition is the one that runs on AWS. Each
 * call is one that can go wrong in the world of the worker that makes it.
 */
function connect(): void {
  if (connected) {
    return;
  }
  connected = true;
  dynamodb.middlewareStack.add(
    (_next, { commandName = '' }) =>
      async ({ input }) => {
        const operation = commandName.replace(/Command$/, '');
        // As the SDK does it: a request that is sent again has the token that it had.
        const request: Request =
          operation === 'TransactWriteItems'
            ? { ClientRequestToken: randomUUID(), ...(input as Request) }
            : (input as Request);
        const worker = currentWorker();
        const effect = () => {
          const done = carriedOut(operation, request);
          if (worker !== undefined && records(request)) {
            worker.recorded++;
          }
          return done;
        };
        const output =
          worker === undefined ? effect() : await worker.world.call(`dynamodb:${operation}`, effect);
        return { response: undefined, output: { ...output, $metadata: {} } };
      },
    { step: 'initialize', name: 'tablesInMemory', override: true },
  );
}

/** Whether it writes what becomes of mail. */
function records({ TableName, Item, UpdateExpression, TransactItems = [] }: Request): boolean {
  const writes = Item !== undefined || UpdateExpression !== undefined;
  return (writes && TableName === 'deliveries') || TransactItems.some(({ Update }) => records(Update));
}

function carriedOut(operation: string, request: Request): Readonly<Record<string, unknown>> {
  const perform = performers.getStore();
  if (perform === undefined) {
    throw new Error(`${operation} outside of a run`);
  }
  const answer = perform(operation, request);
  if (!answer.ok) {
    throw exceptionOf(answer.error, answer.details);
  }
  return answer.output;
}

function exceptionOf(name: string, details: Readonly<Record<string, unknown>>): Error {
  const settings = { $metadata: {}, message: name, ...details };
  return name === 'ConditionalCheckFailedException'
    ? new ConditionalCheckFailedException(settings)
    : new TransactionCanceledException(settings);
}
