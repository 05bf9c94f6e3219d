import type { ApiRequest } from '../../../local/api.ts';
import { httpAnswer, httpEvent } from '../../../local/runner/http-event.ts';

const context = {
  place: { region: 'us-east-1', accountId: '123456789012' },
  apiId: 'abc',
  stage: '$default',
  routeKey: 'POST /u/{token}',
  pathParameters: { token: 't' },
  rawPath: '/u/t',
  requestId: 'r',
  nowMs: Date.parse('2027-01-31T09:08:07Z'),
};

function request(more: Partial<ApiRequest> = {}): ApiRequest {
  return {
    method: 'POST',
    path: '/_api/abc/u/t',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
    ...more,
  };
}

describe('httpEvent', () => {
  it('carries the request in payload format 2.0', () => {
    const event = httpEvent(
      request({
        query: new URLSearchParams('a=1&a=2&b='),
        headers: { cookie: 'x=1; y=2', 'user-agent': 'test', host: '127.0.0.1:1' },
      }),
      context,
    );
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /u/{token}',
      rawPath: '/u/t',
      rawQueryString: 'a=1&a=2&b=',
      cookies: ['x=1', 'y=2'],
      headers: { 'user-agent': 'test' },
      queryStringParameters: { a: '1,2', b: '' },
      pathParameters: { token: 't' },
      requestContext: {
        http: { method: 'POST', path: '/u/t', sourceIp: '127.0.0.1', userAgent: 'test' },
        stage: '$default',
        time: '31/Jan/2027:09:08:07 +0000',
      },
      isBase64Encoded: false,
    });
    expect(event.body).toBeUndefined();
    expect(event.headers).not.toHaveProperty('cookie');
  });

  it.each([
    ['application/json', false],
    ['text/plain; charset=utf-8', false],
    ['application/problem+json', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['', true],
  ])('hands a body of type "%s" over in base64: %s', (contentType, isBase64Encoded) => {
    const event = httpEvent(
      request({ headers: { 'content-type': contentType }, body: Buffer.from('届け') }),
      context,
    );
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(String(event.body), isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('届け');
  });
});

describe('httpAnswer', () => {
  it.each([
    ['a string', '"hi"', 200, 'application/json', 'hi'],
    ['an object without a status', '{"a":1}', 200, 'application/json', '{"a":1}'],
    [
      'a whole answer',
      '{"statusCode":404,"headers":{"Content-Type":"text/html"},"body":"no"}',
      404,
      'text/html',
      'no',
    ],
    ['a status alone', '{"statusCode":200}', 200, 'text/plain;charset=UTF-8', ''],
    [
      'base64',
      '{"statusCode":"201","isBase64Encoded":true,"body":"aGk="}',
      201,
      'text/plain;charset=UTF-8',
      'hi',
    ],
  ])('understands %s', (_, payload, status, contentType, body) => {
    const answer = httpAnswer(payload);
    expect(answer?.status).toBe(status);
    expect(answer?.headers?.['content-type']).toBe(contentType);
    expect(String(answer?.body)).toBe(body);
  });

  it.each(['{"statusCode":"many"}', '{"statusCode":99}', '{"statusCode":200,"body":{"a":1}}'])(
    'refuses %s',
    (payload) => {
      expect(httpAnswer(payload)).toBeUndefined();
    },
  );
});
