import type { ApiRequest, Place, ServiceHandler } from '../api.ts';
import { ApiError, errorResponse, protocolOf } from '../gateway/api-error.ts';
import { accountTranslation } from './account.ts';
import type { Engine } from './fauxqs.ts';
import { type Fields, isFields, list, parseFields, text, texts } from './fields.ts';
import { createMoveTasks } from './message-move.ts';
import { fromEngineText, md5Hex, toEngineText } from './message-text.ts';
import { queryAnswer, queryFields } from './sqs-query.ts';

export interface Sqs {
  readonly handle: ServiceHandler;
  /** Runs one action on JSON-protocol fields. @throws ApiError as SQS would answer. */
  perform(action: string, input: Fields): Promise<Fields>;
}

/** The queue attributes whose values hold ARNs that the engine resolves. */
const arnAttributes = ['QueueArn', 'RedrivePolicy'] as const;

/**
 * SQS on the engine, with what the engine lacks: our account and queue URLs, attributes only when
 * asked for, receipt handles checked, characters beyond U+FFFF, dead-letter queue redrive.
 */
export function createSqs(engine: Engine, place: Place, baseUrl: () => string): Sqs {
  const translate = accountTranslation(place);

  async function send(action: string, input: Fields): Promise<Fields> {
    const answer = await engine.send({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify(input),
    });
    const output = parseFields(answer.body);
    if (answer.status < 300) return output;
    const code = (text(output, '__type') ?? 'InternalError').replace(/^.*#/, '');
    throw new ApiError(code, text(output, 'message') ?? 'The queue engine failed.', answer.status);
  }

  const moveTasks = createMoveTasks({ perform, place });

  async function perform(action: string, input: Fields): Promise<Fields> {
    switch (action) {
      case 'ListDeadLetterSourceQueues':
        return { queueUrls: await moveTasks.sourceQueueUrls(text(input, 'QueueUrl') ?? '') };
      case 'StartMessageMoveTask':
        return moveTasks.start(input);
      case 'ListMessageMoveTasks':
        return moveTasks.list(input);
      default:
        return answerOf(action, await send(action, requestFor(action, input)), input);
    }
  }

  /** The request as the engine understands it. */
  function requestFor(action: string, input: Fields): Fields {
    const queue = 'QueueUrl' in input ? { QueueUrl: queueName(text(input, 'QueueUrl') ?? '', place) } : {};
    const request = { ...input, ...queue };
    switch (action) {
      case 'CreateQueue':
      case 'SetQueueAttributes':
        return { ...request, Attributes: attributes(input, translate.toEngine) };
      case 'GetQueueAttributes':
        return { ...request, AttributeNames: texts(input, 'AttributeNames') };
      case 'SendMessage':
        return { ...request, MessageBody: toEngineText(text(input, 'MessageBody') ?? '') };
      case 'SendMessageBatch':
        return { ...request, Entries: list(input, 'Entries').map(engineEntry) };
      case 'DeleteMessage':
      case 'ChangeMessageVisibility':
        if (!isReceiptHandle(text(input, 'ReceiptHandle'))) throw receiptHandleIsInvalid();
        return request;
      default:
        return request;
    }
  }

  /** The engine's answer as SQS would give it. */
  function answerOf(action: string, output: Fields, input: Fields): Fields {
    switch (action) {
      case 'CreateQueue':
      case 'GetQueueUrl':
        return { QueueUrl: queueUrl(text(output, 'QueueUrl') ?? '') };
      case 'ListQueues':
        return { ...output, QueueUrls: texts(output, 'QueueUrls').map(queueUrl) };
      case 'GetQueueAttributes':
        return { Attributes: attributes(output, translate.fromEngine) };
      case 'ReceiveMessage':
        return {
          Messages: list(output, 'Messages').map((message) =>
            received(message, texts(input, 'MessageAttributeNames').length > 0),
          ),
        };
      case 'SendMessage':
        return { ...output, MD5OfMessageBody: md5Hex(text(input, 'MessageBody') ?? '') };
      case 'SendMessageBatch': {
        const bodies = new Map(
          list(input, 'Entries').map((entry) => [text(entry, 'Id'), text(entry, 'MessageBody') ?? '']),
        );
        return {
          ...output,
          Successful: list(output, 'Successful').map((entry) => ({
            ...entry,
            MD5OfMessageBody: md5Hex(bodies.get(text(entry, 'Id')) ?? ''),
          })),
        };
      }
      case 'DeleteMessageBatch':
        return refuseBogusHandles(output, input);
      default:
        return output;
    }
  }

  const queueUrl = (engineUrl: string): string =>
    `${baseUrl()}/${place.accountId}/${engineUrl.slice(engineUrl.lastIndexOf('/') + 1)}`;

  function received(message: Fields, withAttributes: boolean): Fields {
    const { MessageAttributes, MD5OfMessageAttributes, Attributes, ...rest } = message;
    const engineBody = text(message, 'Body') ?? '';
    const body = ourEnvelope(fromEngineText(engineBody));
    return {
      ...rest,
      ...(body === engineBody ? {} : { Body: body, MD5OfBody: md5Hex(body) }),
      ...(withAttributes && MessageAttributes !== undefined
        ? { MessageAttributes, MD5OfMessageAttributes }
        : {}),
      ...(isFields(Attributes)
        ? { Attributes: 'SenderId' in Attributes ? { ...Attributes, SenderId: place.accountId } : Attributes }
        : {}),
    };
  }

  /** An SNS envelope names its topic, with the engine's account. */
  function ourEnvelope(body: string): string {
    if (!body.startsWith('{"Type":"Notification","MessageId":"')) return body;
    const envelope = parseFields(body);
    const topicArn = text(envelope, 'TopicArn');
    const unsubscribeUrl = text(envelope, 'UnsubscribeURL');
    if (topicArn === undefined || unsubscribeUrl === undefined) return body;
    const ours = translate.fromEngine(topicArn);
    if (ours === topicArn) return body;
    return JSON.stringify({
      ...envelope,
      TopicArn: ours,
      UnsubscribeURL: translate.fromEngine(unsubscribeUrl),
    });
  }

  const handle: ServiceHandler = async (request) => {
    const protocol = protocolOf('sqs', request);
    try {
      if (protocol === 'query') {
        const { action, input } = queryFields(request);
        return queryAnswer(action, await perform(action, input));
      }
      const output = await perform(sqsAction(request), parseFields(request.body));
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        // An empty receive has no list at all.
        body: JSON.stringify(
          list(output, 'Messages').length === 0 ? { ...output, Messages: undefined } : output,
        ),
      };
    } catch (error) {
      if (error instanceof ApiError) return errorResponse(protocol, 'sqs', error);
      throw error;
    }
  };

  return { handle, perform };
}

/** `AmazonSQS.SendMessage` → `SendMessage`. */
function sqsAction(request: ApiRequest): string {
  return (request.headers['x-amz-target'] ?? '').replace(/^AmazonSQS\./, '');
}

/**
 * The name in a queue URL; the plain name is accepted as well, as SQS does.
 *
 * @throws ApiError when the URL names another account.
 */
function queueName(queueUrl: string, place: Place): string {
  const segments = queueUrl
    .replace(/^https?:\/\/[^/]+/, '')
    .split('/')
    .filter((segment) => segment !== '');
  const [account, name] = segments.length > 1 ? segments.slice(-2) : [place.accountId, segments[0]];
  if (name === undefined || account !== place.accountId) {
    throw new ApiError('QueueDoesNotExist', 'The specified queue does not exist.');
  }
  return name;
}

function attributes(fields: Fields, translate: (arn: string) => string): Fields {
  const given = fields.Attributes;
  if (!isFields(given)) return {};
  const result: Record<string, unknown> = { ...given };
  for (const name of arnAttributes) {
    const value = given[name];
    if (typeof value === 'string') result[name] = translate(value);
  }
  return result;
}

function engineEntry(entry: Fields): Fields {
  const body = text(entry, 'MessageBody');
  if (!body) {
    throw new ApiError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  return { ...entry, MessageBody: toEngineText(body) };
}

const isReceiptHandle = (handle: string | undefined): boolean =>
  handle !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(handle);

function receiptHandleIsInvalid(): ApiError {
  return new ApiError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
}

/** The engine reports every deletion of a batch as done; SQS does not when the handle is none. */
function refuseBogusHandles(output: Fields, input: Fields): Fields {
  const bogus = new Set(
    list(input, 'Entries')
      .filter((entry) => !isReceiptHandle(text(entry, 'ReceiptHandle')))
      .map((entry) => text(entry, 'Id')),
  );
  if (bogus.size === 0) return output;
  return {
    Successful: list(output, 'Successful').filter((entry) => !bogus.has(text(entry, 'Id'))),
    Failed: [
      ...list(output, 'Failed'),
      ...Array.from(bogus, (Id) => ({
        Id,
        SenderFault: true,
        Code: 'ReceiptHandleIsInvalid',
        Message: 'The input receipt handle is invalid.',
      })),
    ],
  };
}
