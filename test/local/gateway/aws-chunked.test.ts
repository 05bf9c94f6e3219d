import fc from 'fast-check';
import type { ApiRequest } from '../../../local/api.ts';
import { decodeAwsChunked } from '../../../local/gateway/aws-chunked.ts';

const request = (body: string | Buffer, headers: Record<string, string>): ApiRequest => ({
  method: 'PUT',
  path: '/bucket/key',
  query: new URLSearchParams(),
  headers,
  body: Buffer.from(body),
});

describe('decodeAwsChunked', () => {
  it.each([
    {
      what: 'a signed stream, the example of the S3 documentation in small',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      },
      body: '5;chunk-signature=ad80c7\r\nhello\r\n1;chunk-signature=00\r\n!\r\n0;chunk-signature=b6\r\n\r\n',
      decoded: 'hello!',
      remaining: {},
    },
    {
      what: 'an unsigned stream with a checksum in the trailer',
      headers: {
        'content-encoding': 'gzip,aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      body: '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n',
      decoded: 'abc',
      remaining: { 'content-encoding': 'gzip', 'x-amz-checksum-crc32': 'NSRBwg==' },
    },
    {
      what: 'nothing',
      headers: { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
      body: '0\r\n\r\n',
      decoded: '',
      remaining: {},
    },
  ])('reads $what', ({ headers, body, decoded, remaining }) => {
    const result = decodeAwsChunked(request(body, headers));
    expect(result.body.toString()).toBe(decoded);
    expect(result.headers).toMatchObject({ ...remaining, 'content-length': String(decoded.length) });
    if (!('content-encoding' in remaining)) expect(result.headers).not.toHaveProperty('content-encoding');
  });

  it('leaves other bodies alone', () => {
    const plain = request('3\r\nabc\r\n0\r\n\r\n', { 'content-encoding': 'gzip' });
    expect(decodeAwsChunked(plain)).toBe(plain);
  });

  it.each([{ cut: '5\r\nhel' }, { cut: 'hello' }, { cut: '' }, { cut: '5\r\nhello\r\n' }])(
    'refuses a body cut off at $cut',
    ({ cut }) => {
      expect(() => decodeAwsChunked(request(cut, { 'content-encoding': 'aws-chunked' }))).toThrow(
        expect.objectContaining({ code: 'IncompleteBody', status: 400 }),
      );
    },
  );

  it('gives back whatever was cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 }), (chunks) => {
        const encoded = chunks.flatMap((chunk) => [
          Buffer.from(`${chunk.length.toString(16)}\r\n`),
          Buffer.from(chunk),
          Buffer.from('\r\n'),
        ]);
        const body = Buffer.concat([...encoded, Buffer.from('0\r\n\r\n')]);
        const decoded = decodeAwsChunked(request(body, { 'content-encoding': 'aws-chunked' })).body;
        expect(decoded.equals(Buffer.concat(chunks))).toBe(true);
      }),
    );
  });
});
