import type { ApiCall, ApiRequest, Place } from '../api.ts';
import { type Fields, isFields, list, parseFields, text } from '../engines/fields.ts';
import { dynamoDbCalls } from './dynamodb-call.ts';
import { iamPrefix, operationName } from './operation.ts';
import { s3AbsenceCall, s3Calls } from './s3-call.ts';
import { sesCalls } from './ses-call.ts';

/**
 * The IAM actions that a request needs, with the resources of each; every one must be allowed.
 * Condition keys with several values hold one a line.
 */
export function apiCalls(service: string, request: ApiRequest, place: Place): readonly ApiCall[] {
  const context = contextOf(place);
  switch (service) {
    case 's3':
      return s3Calls(request, context);
    case 'ses':
      return sesCalls(request, place, context);
    case 'dynamodb':
      return dynamoDbCalls(request, place, context);
    case 'scheduler':
      return schedulerCalls(request, place, context);
    default: {
      const operation = operationName(service, request);
      const input = inputOf(request);
      return [
        {
          action: `${iamPrefix(service)}:${actionNames[`${service}:${operation}`] ?? operation}`,
          resources: resourcesOf(service, request, input, place),
          context: { ...context, ...extraContext(service, input) },
        },
      ];
    }
  }
}

/** Who may not be told that an object is absent: see `s3AbsenceCall`. */
export function absenceCall(service: string, request: ApiRequest, place: Place): ApiCall | undefined {
  return service === 's3' ? s3AbsenceCall(request, contextOf(place)) : undefined;
}

/** Loopback stands for TLS: plain HTTP never leaves this machine. */
function contextOf(place: Place): Record<string, string> {
  return {
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': place.region,
    'aws:SourceIp': '127.0.0.1',
  };
}

/** Operations that IAM knows under another name. */
const actionNames: Readonly<Record<string, string>> = {
  'sqs:SendMessageBatch': 'SendMessage',
  'sqs:DeleteMessageBatch': 'DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'ChangeMessageVisibility',
  'sns:PublishBatch': 'Publish',
  'lambda:Invoke': 'InvokeFunction',
  'lambda:InvokeAsync': 'InvokeFunction',
};

/** JSON fields, or the parameters of the query protocol. */
function inputOf(request: ApiRequest): Fields {
  if (request.body.length > 0 && request.body[0] === 0x7b) return parseFields(request.body);
  const form = new URLSearchParams(request.body.toString());
  return Object.fromEntries([...request.query, ...form]);
}

function resourcesOf(service: string, request: ApiRequest, input: Fields, place: Place): readonly string[] {
  const arn = (resource: string, of = service): string =>
    `arn:aws:${of}:${place.region}:${place.accountId}:${resource}`;
  switch (service) {
    case 'sqs':
      return [queueArn(request, input, place)];
    case 'sns': {
      const topic = text(input, 'TopicArn') ?? text(input, 'TargetArn') ?? text(input, 'ResourceArn');
      const ofSubscription = text(input, 'SubscriptionArn')?.replace(/:[^:]*$/, '');
      const name = text(input, 'Name');
      return [topic ?? ofSubscription ?? (name === undefined ? '*' : arn(name))];
    }
    case 'lambda': {
      const name = /\/functions\/([^/]+)/.exec(request.path)?.[1];
      if (name === undefined) return ['*'];
      const decodedName = decodeURIComponent(name);
      return [
        decodedName.startsWith('arn:')
          ? decodedName
          : arn(`function:${decodedName.replace(/^.*function:/, '')}`),
      ];
    }
    case 'events': {
      const buses = list(input, 'Entries').map((entry) => text(entry, 'EventBusName') ?? 'default');
      if (buses.length === 0) return ['*'];
      return [...new Set(buses)].map((bus) => (bus.startsWith('arn:') ? bus : arn(`event-bus/${bus}`)));
    }
    case 'secretsmanager': {
      const secret = text(input, 'SecretId') ?? text(input, 'Name');
      if (secret === undefined) return ['*'];
      return [secret.startsWith('arn:') ? secret : arn(`secret:${secret}`)];
    }
    case 'cloudformation': {
      const stack = text(input, 'StackName');
      if (stack === undefined) return ['*'];
      return [stack.startsWith('arn:') ? stack : arn(`stack/${stack}/*`)];
    }
    case 'logs': {
      const group = text(input, 'logGroupName');
      return [group === undefined ? '*' : arn(`log-group:${group}:*`)];
    }
    default:
      return ['*'];
  }
}

function queueArn(request: ApiRequest, input: Fields, place: Place): string {
  const sourceArn = text(input, 'SourceArn') ?? text(input, 'TaskHandle');
  if (sourceArn?.startsWith('arn:')) return sourceArn;
  const url = text(input, 'QueueUrl') ?? (request.path.length > 1 ? request.path : text(input, 'QueueName'));
  if (url === undefined) return '*';
  const segments = url
    .replace(/^https?:\/\/[^/]+/, '')
    .split('/')
    .filter((segment) => segment !== '');
  const [account, name] = segments.length > 1 ? segments.slice(-2) : [place.accountId, segments[0]];
  return name === undefined ? '*' : `arn:aws:sqs:${place.region}:${account}:${name}`;
}

function extraContext(service: string, input: Fields): Record<string, string> {
  if (service === 'monitoring') {
    const namespace = text(input, 'Namespace');
    return namespace === undefined ? {} : { 'cloudwatch:namespace': namespace };
  }
  if (service === 'events') {
    const entries = list(input, 'Entries');
    const values = (name: string): string => entries.map((entry) => text(entry, name) ?? '').join('\n');
    return entries.length === 0
      ? {}
      : { 'events:source': values('Source'), 'events:detail-type': values('DetailType') };
  }
  if (service === 'sns') {
    const endpoint = text(input, 'Endpoint');
    const protocol = text(input, 'Protocol');
    return {
      ...(endpoint === undefined ? {} : { 'sns:Endpoint': endpoint }),
      ...(protocol === undefined ? {} : { 'sns:Protocol': protocol }),
    };
  }
  return {};
}

/** A schedule runs with a role of its own, which its creator must be allowed to pass. */
function schedulerCalls(request: ApiRequest, place: Place, context: ApiCall['context']): readonly ApiCall[] {
  const operation = operationName('scheduler', request);
  const input = parseFields(request.body);
  const [, kind, encoded] = /^\/(schedules|schedule-groups)(?:\/([^/]+))?/.exec(request.path) ?? [];
  const name = encoded === undefined ? undefined : decodeURIComponent(encoded);
  const group = text(input, 'GroupName') ?? request.query.get('groupName') ?? 'default';
  const resource = kind === 'schedule-groups' ? `schedule-group/${name}` : `schedule/${group}/${name}`;
  const role = isFields(input.Target) ? text(input.Target, 'RoleArn') : undefined;
  return [
    {
      action: `scheduler:${operation}`,
      resources: [
        name === undefined ? '*' : `arn:aws:scheduler:${place.region}:${place.accountId}:${resource}`,
      ],
      context,
    },
    ...(role === undefined
      ? []
      : [
          {
            action: 'iam:PassRole',
            resources: [role],
            context: { ...context, 'iam:PassedToService': 'scheduler.amazonaws.com' },
          },
        ]),
  ];
}
