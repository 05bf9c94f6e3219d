import type { ApiResponse, Place, ServiceHandler } from '../api.ts';
import { ApiError, errorResponse } from '../gateway/api-error.ts';
import { accountTranslation } from './account.ts';
import type { Engine } from './fauxqs.ts';
import { parseFields, text } from './fields.ts';

/** A message that a topic accepted. */
export interface Published {
  readonly topicArn: string;
  readonly messageId: string;
  readonly message: string;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, { type: string; value: string }>>;
}

/** Parameters whose values are ARNs that the engine resolves. `Message` is never touched. */
const arnParameter = /^(TopicArn|TargetArn|SubscriptionArn|ResourceArn|Endpoint)$/;

/**
 * SNS on the engine: our account in every ARN, `TargetArn`, `MessageStructure: json`.
 * The engine delivers to queues; `onPublish` tells of every message, for other subscribers.
 */
export function createSns(
  engine: Engine,
  place: Place,
  onPublish: (published: Published) => void,
): ServiceHandler {
  const translate = accountTranslation(place);

  function engineParameters(form: URLSearchParams): URLSearchParams {
    refuseBodyFilters(form);
    const parameters = new URLSearchParams();
    for (const [name, value] of form) {
      if (name === 'MessageStructure') continue;
      const engineName = name === 'TargetArn' ? 'TopicArn' : name;
      parameters.append(engineName, arnParameter.test(name) ? translate.toEngine(value) : value);
    }
    if (form.get('MessageStructure') === 'json') {
      parameters.set('Message', queueMessage(form.get('Message') ?? ''));
    }
    return parameters;
  }

  return async (request): Promise<ApiResponse> => {
    try {
      const form = new URLSearchParams(request.body.toString());
      const answer = await engine.send({
        method: 'POST',
        url: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: engineParameters(form).toString(),
      });
      const xml = answer.body
        .toString()
        .replace(/(<entry><key>Owner<\/key><value>)\d+(?=<)/, `$1${place.accountId}`)
        .replace(/<Owner>\d+(?=<)/g, `<Owner>${place.accountId}`);
      if (answer.status < 300) for (const published of publishedIn(form, xml)) onPublish(published);
      return {
        status: answer.status,
        headers: { 'content-type': 'text/xml' },
        body: translate.fromEngine(xml),
      };
    } catch (error) {
      if (error instanceof ApiError) return errorResponse('query', 'sns', error);
      throw error;
    }
  };
}

/** The engine misjudges filters on the body when a value is a list, as the tags of SES events are. */
function refuseBodyFilters(form: URLSearchParams): void {
  if (/^(Subscribe|SetSubscriptionAttributes)$/.test(form.get('Action') ?? '')) {
    for (const value of form.values()) {
      if (value === 'MessageBody') {
        throw new ApiError(
          'InvalidParameter',
          'Invalid parameter: FilterPolicyScope MessageBody is not available for subscriptions made here.',
        );
      }
    }
  }
}

/** `MessageStructure: json` holds one text per protocol; only queues are delivered to. */
function queueMessage(message: string): string {
  const texts = parseFields(message);
  const chosen = text(texts, 'sqs') ?? text(texts, 'default');
  if (chosen === undefined) {
    throw new ApiError(
      'InvalidParameter',
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    );
  }
  return chosen;
}

/** What a successful Publish or PublishBatch published, read from the request and its answer. */
function* publishedIn(form: URLSearchParams, xml: string): Generator<Published> {
  const topicArn = form.get('TopicArn') ?? form.get('TargetArn') ?? '';
  if (form.get('Action') === 'Publish') {
    yield published(form, '', topicArn, /<MessageId>([^<]+)</.exec(xml)?.[1] ?? '');
  } else if (form.get('Action') === 'PublishBatch') {
    const ids = new Map(
      Array.from(xml.matchAll(/<Id>([^<]*)<\/Id><MessageId>([^<]+)</g), ([, id, messageId]) => [
        id,
        messageId,
      ]),
    );
    for (let index = 1; ; index += 1) {
      const prefix = `PublishBatchRequestEntries.member.${index}.`;
      const id = form.get(`${prefix}Id`);
      if (id === null) return;
      const messageId = ids.get(id);
      if (messageId !== undefined) yield published(form, prefix, topicArn, messageId);
    }
  }
}

function published(form: URLSearchParams, prefix: string, topicArn: string, messageId: string): Published {
  const attributes: Record<string, { type: string; value: string }> = {};
  for (let index = 1; ; index += 1) {
    const entry = `${prefix}MessageAttributes.entry.${index}.`;
    const name = form.get(`${entry}Name`);
    if (name === null) break;
    attributes[name] = {
      type: form.get(`${entry}Value.DataType`) ?? 'String',
      value: form.get(`${entry}Value.StringValue`) ?? form.get(`${entry}Value.BinaryValue`) ?? '',
    };
  }
  const subject = form.get(`${prefix}Subject`);
  return {
    topicArn,
    messageId,
    message: form.get(`${prefix}Message`) ?? '',
    ...(subject === null ? {} : { subject }),
    attributes,
  };
}
