import { failedMessageIds, sqsEvent } from '../../../local/runner/sqs-event.ts';

const message = (MessageId: string) => ({
  MessageId,
  ReceiptHandle: `handle-${MessageId}`,
  MD5OfBody: 'md5',
  Body: '{}',
});
const batch = [message('m1'), message('m2')];

describe('failedMessageIds', () => {
  it.each([
    ['null', 'null', []],
    ['an empty object', '{}', []],
    ['an empty list', '{"batchItemFailures":[]}', []],
    ['null failures', '{"batchItemFailures":null}', []],
    ['one failure', '{"batchItemFailures":[{"itemIdentifier":"m2"}]}', ['m2']],
    ['an unknown id', '{"batchItemFailures":[{"itemIdentifier":"m9"}]}', ['m1', 'm2']],
    ['a null id', '{"batchItemFailures":[{"itemIdentifier":null}]}', ['m1', 'm2']],
    ['an empty id', '{"batchItemFailures":[{"itemIdentifier":""}]}', ['m1', 'm2']],
    ['a wrong key', '{"batchItemFailures":[{"id":"m2"}]}', ['m1', 'm2']],
    ['failures that are no list', '{"batchItemFailures":"m2"}', ['m1', 'm2']],
    ['a string', '"done"', ['m1', 'm2']],
  ])('with %s', (_, payload, failed) => {
    expect([...failedMessageIds(payload, batch)]).toEqual(failed);
  });
});

it('gives records the shape of real ones', () => {
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '1800000000000' };
  const received = {
    ...message('m1'),
    Attributes: attributes,
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'otp' } },
  };
  expect(sqsEvent([received], 'arn:aws:sqs:us-east-1:123456789012:q', 'us-east-1')).toEqual({
    Records: [
      {
        messageId: 'm1',
        receiptHandle: 'handle-m1',
        body: '{}',
        attributes,
        messageAttributes: {
          kind: { stringValue: 'otp', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: 'md5',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:q',
        awsRegion: 'us-east-1',
      },
    ],
  });
});
