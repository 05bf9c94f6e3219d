import { randomUUID } from 'node:crypto';
import type { ApiRequest, ApiResponse } from '../api.ts';
import { escapeXml } from '../gateway/api-error.ts';
import { type Fields, isFields } from './fields.ts';

/** Lists and maps of the query protocol: the prefix on the wire → the member of the JSON protocol. */
const lists: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};
const maps: Readonly<Record<string, { member: string; key: string; value: string }>> = {
  Attribute: { member: 'Attributes', key: 'Name', value: 'Value' },
  MessageAttribute: { member: 'MessageAttributes', key: 'Name', value: 'Value' },
  Tag: { member: 'Tags', key: 'Key', value: 'Value' },
};
const numbers: ReadonlySet<string> = new Set([
  'DelaySeconds',
  'MaxNumberOfMessages',
  'MaxResults',
  'VisibilityTimeout',
  'WaitTimeSeconds',
]);

type Tree = { [name: string]: Tree | string };

/** Reads a request of SQS's former protocol, which older SDKs still speak. */
export function queryFields(request: ApiRequest): { action: string; input: Fields } {
  const form = new URLSearchParams(request.body.toString());
  const parameters = new URLSearchParams([...request.query, ...form]);
  // Without a prototype: the names come from the request.
  const tree: Tree = Object.create(null);
  for (const [name, value] of parameters) {
    if (name === 'Action' || name === 'Version') continue;
    const steps = name.split('.');
    let node = tree;
    for (const step of steps.slice(0, -1)) {
      const next = node[step];
      const child: Tree = typeof next === 'object' ? next : Object.create(null);
      node[step] = child;
      node = child;
    }
    node[steps.at(-1) ?? name] = value;
  }
  const action = parameters.get('Action') ?? '';
  const input = membersOf(tree);
  const path = request.path.split('/').filter((step) => step !== '');
  const queueUrl = path.length === 2 && input.QueueUrl === undefined ? { QueueUrl: request.path } : {};
  const tags = action === 'CreateQueue' && input.Tags !== undefined ? { tags: input.Tags } : {};
  return { action, input: { ...input, ...queueUrl, ...tags } };
}

function membersOf(tree: Tree): Fields {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tree)) {
    const map = maps[name];
    const listName = lists[name];
    if (typeof value === 'string') {
      result[name] = numbers.has(name) ? Number(value) : value;
    } else if (map !== undefined) {
      result[map.member] = Object.fromEntries(
        inOrder(value).flatMap((entry) =>
          typeof entry === 'object' ? [[String(entry[map.key]), entry[map.value]]] : [],
        ),
      );
    } else if (listName !== undefined) {
      result[listName] = inOrder(value).map((entry) =>
        typeof entry === 'object' ? membersOf(entry) : entry,
      );
    }
  }
  return result;
}

function inOrder(tree: Tree): (Tree | string)[] {
  return Object.entries(tree)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value);
}

/** Element names of the XML answer; members not named here keep theirs. */
const elements: Readonly<Record<string, string>> = {
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Messages: 'Message',
  Attributes: 'Attribute',
  MessageAttributes: 'MessageAttribute',
  Tags: 'Tag',
  Failed: 'BatchResultErrorEntry',
  Results: 'Result',
};

/** Writes an answer in that protocol. */
export function queryAnswer(action: string, output: Fields): ApiResponse {
  const requestId = randomUUID();
  const successful = `${action}ResultEntry`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body:
      `<?xml version="1.0"?><${action}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">` +
      `<${action}Result>${xmlMembers(output, successful)}</${action}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
  };
}

function xmlMembers(fields: Fields, successful: string): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      if (value === undefined) return '';
      const element = name === 'Successful' ? successful : (elements[name] ?? name);
      if (Array.isArray(value)) {
        return value
          .map(
            (entry: unknown) =>
              `<${element}>${isFields(entry) ? xmlMembers(entry, successful) : escapeXml(String(entry))}</${element}>`,
          )
          .join('');
      }
      if (isFields(value)) {
        const [key, content] = element === 'Tag' ? ['Key', 'Value'] : ['Name', 'Value'];
        return Object.entries(value)
          .map(
            ([entryName, entry]) =>
              `<${element}><${key}>${escapeXml(entryName)}</${key}><${content}>${
                isFields(entry) ? xmlMembers(entry, successful) : escapeXml(String(entry))
              }</${content}></${element}>`,
          )
          .join('');
      }
      return `<${element}>${escapeXml(String(value))}</${element}>`;
    })
    .join('');
}
