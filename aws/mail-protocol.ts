import { randomUUID } from 'node:crypto';
import { AwsRestJsonProtocol, JsonCodec } from '@aws-sdk/core/protocols';
import type { Literal, Pieces } from '../domain/template/pieces.ts';

type Options = ConstructorParameters<typeof AwsRestJsonProtocol>[0];
type SerializeRequest = AwsRestJsonProtocol['serializeRequest'];

/** As `AwsRestJsonProtocol` sets its own codec; 7 stands for times in epoch seconds. */
const codecSettings = {
  timestampFormat: { useTrait: true, default: 7 },
  httpBindings: true,
  jsonName: true,
} as const;

/** Stands for HTML that is in pieces; nobody who writes a mail can know it. */
const placeholder = randomUUID();
const piecesKey = Symbol('pieces');

/** SES's `Content`, of HTML. */
interface HtmlContent {
  readonly Data: string;
  readonly Charset: 'UTF-8';
  readonly [piecesKey]?: Exclude<Pieces, string>;
}

/** HTML for a client that speaks {@link MailProtocol}, and for no other. */
export function htmlContent(html: Pieces): HtmlContent {
  return typeof html === 'string'
    ? { Data: html, Charset: 'UTF-8' }
    : { Data: placeholder, Charset: 'UTF-8', [piecesKey]: html };
}

/** Encoded once for all mails of a template: they are most of what a mail is. */
const encodedLiterals = new WeakMap<Literal, Buffer>();

/**
 * The protocol of SES for requests that are large and many. It says the same as the SDK's own, without what takes a sender much of
 * its time: the SDK's newer codec makes JSON character by character, the older one has `JSON.stringify` do it; the literals of a
 * template are the same in all its mails (decision 15); and finished mails that live on the heap until SES has answered are what
 * garbage collection takes longest over.
 */
export class MailProtocol extends AwsRestJsonProtocol {
  constructor(options: Options) {
    super({ ...options, jsonCodec: new JsonCodec(codecSettings) });
  }

  /** Leaves the body encoded, outside the heap, and takes `Content` out of the input, which the SDK holds until the answer. */
  override async serializeRequest(...args: Parameters<SerializeRequest>): ReturnType<SerializeRequest> {
    const request = await super.serializeRequest(...args);
    const input: Mailed = args[1];
    if (typeof request.body === 'string') {
      request.body = encoded(request.body, input.Content?.Simple?.Body?.Html);
    }
    Object.assign(input, { Content: undefined });
    return request;
  }
}

type MailedHtml = Pick<HtmlContent, 'Data' | typeof piecesKey>;

/** What is looked at of an input. */
interface Mailed {
  readonly Content?: { readonly Simple?: { readonly Body?: { readonly Html?: MailedHtml } } };
}

/** A body in UTF-8, with HTML that is in pieces in its place. */
function encoded(body: string, html: MailedHtml | undefined): Buffer {
  if (html?.Data !== placeholder) {
    return Buffer.from(body);
  }
  const at = body.indexOf(placeholder);
  const pieces = html[piecesKey];
  if (at === -1 || pieces === undefined) {
    throw new Error('the HTML of a mail got lost on the way');
  }
  const parts: Buffer[] = [];
  let text = body.slice(0, at);
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += escaped(piece);
    } else {
      parts.push(Buffer.from(text), encodedLiteral(piece));
      text = '';
    }
  }
  parts.push(Buffer.from(text + body.slice(at + placeholder.length)));
  return Buffer.concat(parts);
}

function encodedLiteral(literal: Literal): Buffer {
  let octets = encodedLiterals.get(literal);
  if (octets === undefined) {
    octets = Buffer.from(escaped(literal.literal));
    encodedLiterals.set(literal, octets);
  }
  return octets;
}

/** A text as it stands in a JSON string. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
