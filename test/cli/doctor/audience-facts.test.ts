import type { StackOutputs } from '../../../aws/stack.ts';
import { audienceFacts } from '../../../cli/doctor/audience-facts.ts';
import { recipientIdOf } from '../../../domain/address.ts';
import { answering, type BrokenServer, startBrokenAws } from '../../aws/broken-server.ts';
import { healthy } from '../../domain/doctor/healthy.ts';

let server: BrokenServer;

beforeAll(async () => {
  server = await startBrokenAws();
});

afterAll(() => server.close());

const connection = {
  outputs: { SuppressionsTableName: 's', CampaignsTableName: 'c', BucketName: 'b' } as StackOutputs,
  localEndpoint: undefined,
};
const drawn = ['hanako@example.com', 'taro@example.com'].map((address) => recipientIdOf(address));

it('leaves out what tables may not tell, with their words, and keeps the figures of the file', async () => {
  server.answer(
    answering(400, '{"__type":"com.amazonaws#AccessDeniedException","message":"no dynamodb:BatchGetItem"}', {
      'content-type': 'application/x-amz-json-1.0',
    }),
  );
  const { suppressed, neverMailed, ...facts } = healthy().audience;
  expect(await audienceFacts({ facts, sample: undefined, drawn }, { connection })).toEqual({
    known: true,
    value: {
      ...facts,
      suppressed: undefined,
      neverMailed: undefined,
      unread: expect.objectContaining({
        en: 'DynamoDB did not answer BatchGetItem: AccessDeniedException: no dynamodb:BatchGetItem',
      }),
    },
  });
});
