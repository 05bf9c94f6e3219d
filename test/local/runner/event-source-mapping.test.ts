import { run, send, waiting } from './running.ts';
import { allow, arnOf, callSource, functionWithRole, mapping, poll, queue, ref } from './small-assembly.ts';

const partial = {
  BatchSize: 10,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};

/** Bodies are commands to the handler: what to do with their message, or with the whole batch. */
const commanded = `
export async function handler(event, context) {
  console.log(JSON.stringify({ printed: event.Records.map((r) => r.body + '#' + r.attributes.ApproximateReceiveCount) }));
  const bodies = event.Records.map((record) => record.body);
  if (bodies.includes('throw')) throw new Error('asked to');
  if (bodies.includes('hang')) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (bodies.includes('exit')) process.exit(3);
  const failed = event.Records.filter((record) => record.body.startsWith('fail'));
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
}`;

const working = (visibilityTimeout: number, maxReceiveCount: number) => ({
  resources: {
    Dead: queue(),
    Work: queue({
      VisibilityTimeout: visibilityTimeout,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount },
    }),
    ...functionWithRole('Worker', { code: 'worker', grants: [poll('Work')], properties: { Timeout: 1 } }),
    Mapping: mapping('Work', 'Worker', partial),
  },
  code: { worker: commanded },
});

it('deletes what succeeded, brings back what failed, and moves it to the dead-letter queue in the end', async () => {
  const running = await run(working(2, 2));
  const { pipeline } = running;
  await send(pipeline, 'Work', 'warm-up');
  await pipeline.idle(90_000);
  await send(pipeline, 'Work', 'fine', 'fail');
  await pipeline.idle(90_000);
  expect(running.printed('Worker').flat().sort()).toEqual(['fail#1', 'fail#2', 'fine#1', 'warm-up#1']);
  expect(await waiting(pipeline, 'Dead')).toEqual(['fail']);
  await running.stop();
});

it.each([
  ['throws', 'throw', '"errorType":"Error","errorMessage":"asked to"'],
  ['times out', 'hang', 'Task timed out after 1.00 seconds'],
  ['exits', 'exit', 'Runtime.ExitError'],
])('keeps the whole batch on the queue when the function %s', async (_, command, said) => {
  const running = await run(working(2, 1));
  const { pipeline } = running;
  await send(pipeline, 'Work', command);
  await running.said(said);
  await pipeline.idle(90_000);
  expect(running.printed('Worker')).toEqual([[`${command}#1`]]);
  expect(await waiting(pipeline, 'Dead')).toEqual([command]);
  await running.stop();
});

it('names what is left when it is not idle in time', async () => {
  const running = await run(working(30, 1));
  await send(running.pipeline, 'Work', 'hang');
  await running.said('hang#1');
  await expect(running.pipeline.idle(1)).rejects.toThrow(
    /not idle after 1 ms: Mapping: 0 visible, 0 delayed, 1 in flight, 1 running functions/,
  );
  await running.stop();
});

it('runs no more batches at once than the maximum, and no fewer when there is work', async () => {
  const counting = `
export async function handler(event) {
  console.log(JSON.stringify({ printed: 'begin' }));
  await new Promise((resolve) => setTimeout(resolve, 150));
  console.log(JSON.stringify({ printed: 'end' }));
}`;
  const running = await run({
    resources: {
      Work: queue(),
      ...functionWithRole('Worker', { code: 'worker', grants: [poll('Work')] }),
      Mapping: mapping('Work', 'Worker', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }),
    },
    code: { worker: counting },
  });
  await send(running.pipeline, 'Work', ...'abcdef');
  await running.pipeline.idle(90_000);
  let underway = 0;
  const levels = running.printed('Worker').map((what) => (underway += what === 'begin' ? 1 : -1));
  expect(levels).toHaveLength(12);
  expect(Math.max(...levels)).toBe(2);
  await running.stop();
});

it('gathers a batch for as long as the window is open', async () => {
  const running = await run({
    resources: {
      Work: queue(),
      ...functionWithRole('Worker', { code: 'worker', grants: [poll('Work')] }),
      Mapping: mapping('Work', 'Worker', { BatchSize: 100, MaximumBatchingWindowInSeconds: 1 }),
    },
    code: {
      worker:
        'export const handler = async (e) => console.log(JSON.stringify({ printed: e.Records.length }));',
    },
  });
  await send(running.pipeline, 'Work', ...Array.from({ length: 25 }, String));
  await running.pipeline.idle(90_000);
  expect(running.printed('Worker')).toEqual([25]);
  expect(running.pipeline.calls()['sqs:DeleteMessageBatch']).toBe(3);
  await running.stop();
});

it('waits without asking again and again, and wakes at once', async () => {
  const running = await run(working(30, 1));
  while (running.pipeline.calls()['sqs:ReceiveMessage'] === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(running.pipeline.calls()).toEqual({ 'sqs:ReceiveMessage': 1 });
  const sentMs = Date.now();
  await send(running.pipeline, 'Work', 'fine');
  await running.said('fine#1');
  expect(Date.now() - sentMs).toBeLessThan(2_000);
  await running.stop();
});

it('lets a function do what its role allows and nothing else, and says who was denied what', async () => {
  const sending = `${callSource}
export async function handler(event) {
  await call('sqs', 'AmazonSQS.SendMessage', { QueueUrl: process.env.ALLOWED, MessageBody: 'hello' });
  await call('sqs', 'AmazonSQS.SendMessage', { QueueUrl: process.env.DENIED, MessageBody: 'hello' });
}`;
  const running = await run({
    resources: {
      Work: queue({ VisibilityTimeout: 5 }),
      Allowed: queue(),
      Denied: queue(),
      ...functionWithRole('Worker', {
        code: 'worker',
        grants: [poll('Work'), allow('sqs:SendMessage', arnOf('Allowed'))],
        properties: { Environment: { Variables: { ALLOWED: ref('Allowed'), DENIED: ref('Denied') } } },
      }),
      Mapping: mapping('Work', 'Worker'),
    },
    code: { worker: sending },
  });
  await send(running.pipeline, 'Work', 'go');
  const said = await running.said('ACCESS DENIED');
  expect(said).toContain('function Worker');
  expect(said).toContain('sqs:SendMessage on resource: arn:aws:sqs:us-east-1:123456789012:Small-Denied');
  expect(running.pipeline.denials).toMatchObject([
    {
      functionId: 'Worker',
      action: 'sqs:SendMessage',
      resource: 'arn:aws:sqs:us-east-1:123456789012:Small-Denied',
    },
  ]);
  expect(await waiting(running.pipeline, 'Allowed')).toEqual(['hello']);
  expect(await waiting(running.pipeline, 'Denied')).toEqual([]);
  await running.stop();
});
