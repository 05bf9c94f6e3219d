import type { ApiRequest, ApiResponse, Caller, Place, ServiceHandler } from '../api.ts';
import { ApiError } from '../gateway/api-error.ts';
import { startEngine } from './fauxqs.ts';
import type {
  MessagingAction,
  MessagingInput,
  MessagingOutput,
  MessagingService,
} from './messaging-calls.ts';
import { createS3 } from './s3.ts';
import { createSns, type Published } from './sns.ts';
import { createSqs } from './sqs.ts';
import { createSts } from './sts.ts';

export interface MessagingOptions {
  readonly place: Place;
  /** `http://127.0.0.1:PORT` of the gateway: newer SDKs take the queue URL as the endpoint. */
  readonly baseUrl: () => string;
  /** Told of every message a topic accepted. The engine itself delivers to queues only. */
  readonly onPublish?: (published: Published) => void;
}

export interface Messaging {
  readonly sqs: ServiceHandler;
  readonly sns: ServiceHandler;
  readonly s3: ServiceHandler;
  readonly sts: ServiceHandler;
  /**
   * One call without HTTP, signature or authorization.
   *
   * @throws ApiError as the service would answer.
   */
  call<S extends MessagingService, A extends MessagingAction<S>>(
    service: S,
    action: A,
    input: MessagingInput<S, A> & object,
  ): Promise<MessagingOutput<S, A>>;
  close(): Promise<void>;
}

/** SQS, SNS, S3 and STS of this machine, in memory. */
export function createMessaging({ place, baseUrl, onPublish = () => {} }: MessagingOptions): Messaging {
  const engine = startEngine(place);
  const sqs = createSqs(engine, place, baseUrl);
  const sns = createSns(engine, place, onPublish);
  const s3 = createS3(engine, place.region);
  const local: Caller = { accessKeyId: 'local', arn: `arn:aws:iam::${place.accountId}:root` };

  async function callSns(action: string, input: object): Promise<unknown> {
    const form = new URLSearchParams({ Action: action });
    flatten(form, '', input);
    const answer = await sns(
      { ...emptyRequest, method: 'POST', path: '/', body: Buffer.from(form.toString()) },
      local,
    );
    const xml = String(answer.body);
    if (answer.status >= 300) throw errorIn(xml, answer.status);
    return Object.fromEntries(
      Array.from(xml.matchAll(/<(TopicArn|SubscriptionArn|MessageId)>([^<]*)</g), ([, name, value]) => [
        name,
        value,
      ]),
    );
  }

  async function callS3(action: string, input: object): Promise<unknown> {
    const { Bucket, Key, Body, ContentType } = {
      Key: '',
      Body: '',
      ContentType: undefined,
      Bucket: '',
      ...input,
    };
    const answer: ApiResponse = await s3(
      {
        ...emptyRequest,
        method: action === 'GetObject' ? 'GET' : 'PUT',
        path: `/${Bucket}${Key === '' ? '' : `/${Key.split('/').map(encodeURIComponent).join('/')}`}`,
        headers: ContentType === undefined ? {} : { 'content-type': ContentType },
        body: Buffer.from(Body),
      },
      local,
    );
    if (answer.status >= 300) throw errorIn(String(answer.body), answer.status);
    if (action !== 'GetObject') return {};
    const body = Buffer.from(answer.body ?? '');
    return { Body: body, ContentType: answer.headers?.['content-type'] };
  }

  return {
    sqs: sqs.handle,
    sns,
    s3,
    sts: createSts(place),
    async call<S extends MessagingService, A extends MessagingAction<S>>(
      service: S,
      action: A,
      input: MessagingInput<S, A> & object,
    ) {
      const output: unknown = await (service === 'sqs'
        ? sqs.perform(action, Object.fromEntries(Object.entries(input)))
        : service === 'sns'
          ? callSns(action, input)
          : callS3(action, input));
      return output as MessagingOutput<S, A>;
    },
    close: () => engine.close(),
  };
}

const emptyRequest = {
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.alloc(0),
} satisfies Partial<ApiRequest>;

/** Writes nested input the way the query protocol of SNS spells it. */
function flatten(form: URLSearchParams, prefix: string, input: object): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (typeof value !== 'object' || value === null) {
      form.append(`${prefix}${name}`, String(value));
      continue;
    }
    const [key, content] = name === 'MessageAttributes' ? ['Name', 'Value'] : ['key', 'value'];
    Object.entries(value).forEach(([entryName, entry], index) => {
      const path = `${prefix}${name}.entry.${index + 1}.`;
      form.append(`${path}${key}`, entryName);
      if (typeof entry === 'object' && entry !== null) flatten(form, `${path}${content}.`, entry);
      else form.append(`${path}${content}`, String(entry));
    });
  }
}

function errorIn(xml: string, status: number): ApiError {
  const code = /<Code>([^<]*)</.exec(xml)?.[1] ?? 'InternalError';
  const message = /<Message>([^<]*)</.exec(xml)?.[1] ?? `status ${status}`;
  return new ApiError(code, message, status);
}
