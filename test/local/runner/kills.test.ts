import type { Kill } from '../../../local/runner/kills.ts';
import { run, send, waiting } from './running.ts';
import { allow, arnOf, callSource, functionWithRole, mapping, poll, queue } from './small-assembly.ts';

/** Puts two messages on another queue for each that it gets, with its credentials and the token of its session. */
const forwarding = `${callSource.replace(
  "'content-type'",
  "'x-amz-security-token': process.env.AWS_SESSION_TOKEN, 'content-type'",
)}
export async function handler(event) {
  for (const { body } of event.Records) {
    for (const part of ['first', 'second']) {
      await call('sqs', 'AmazonSQS.SendMessage', { QueueUrl: 'Small-Out', MessageBody: body + ' ' + part });
    }
  }
}`;

/** A message comes back only for a worker that was killed: the visibility is longer than a slow machine takes for a cold start. */
const stackOf = (visibilityTimeout: number) => ({
  resources: {
    Out: queue(),
    Dead: queue(),
    Work: queue({
      VisibilityTimeout: visibilityTimeout,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 3 },
    }),
    ...functionWithRole('Worker', {
      code: 'worker',
      grants: [poll('Work'), allow('sqs:SendMessage', arnOf('Out'))],
      properties: { Timeout: visibilityTimeout },
    }),
    Mapping: mapping('Work', 'Worker', { BatchSize: 1 }),
  },
  code: { worker: forwarding },
});
const stack = stackOf(4);

it.each([
  { nth: 1, when: 'before', out: ['a first', 'a second'] },
  { nth: 1, when: 'after', out: ['a first', 'a first', 'a second'] },
  { nth: 2, when: 'before', out: ['a first', 'a first', 'a second'] },
  { nth: 2, when: 'after', out: ['a first', 'a first', 'a second', 'a second'] },
] as const)(
  'kills a worker $when call $nth took effect, and its message comes back',
  async ({ nth, when, out }) => {
    const { pipeline, lines, stop } = await run(stack);
    const kill = pipeline.killAt({ function: 'Worker', operation: 'sqs:SendMessage', nth, when });
    await send(pipeline, 'Work', 'a');
    await pipeline.idle(90_000);
    expect(kill.happened()).toBe(true);
    expect((await waiting(pipeline, 'Out')).sort()).toEqual(out);
    expect(lines.filter((line) => line.includes('Runtime.ExitError'))).toHaveLength(1);
    expect(await waiting(pipeline, 'Dead')).toEqual([]);
    await stop();
  },
);

it('kills once for each of two that fall due at the same call', async () => {
  const { pipeline, lines, stop } = await run(stack);
  const pending = (['before', 'after'] as const).map((when) =>
    pipeline.killAt({ function: 'Worker', operation: 'sqs:SendMessage', when }),
  );
  await send(pipeline, 'Work', 'a');
  await pipeline.idle(90_000);
  expect(pending.map((kill) => kill.happened())).toEqual([true, true]);
  expect(lines.filter((line) => line.includes('Runtime.ExitError'))).toHaveLength(2);
  expect((await waiting(pipeline, 'Out')).sort()).toEqual(['a first', 'a first', 'a second']);
  await stop();
});

it('leaves other operations and a kill that was called off alone', async () => {
  const { pipeline, lines, stop } = await run(stackOf(30));
  const kills: Kill[] = [
    { function: 'Worker', operation: 'sqs:SendMessageBatch', when: 'before' },
    { function: 'Worker', operation: 'sqs:SendMessage', nth: 3, when: 'before' },
    { function: 'Worker', operation: 'sqs:SendMessage', when: 'before' },
  ];
  const pending = kills.map((kill) => pipeline.killAt(kill));
  pending.at(-1)?.cancel();
  await send(pipeline, 'Work', 'a');
  await pipeline.idle(90_000);
  expect(pending.map((kill) => kill.happened())).toEqual([false, false, false]);
  expect(lines).toEqual([]);
  await stop();
});

it('refuses to kill a worker of a function that is not there', async () => {
  const { pipeline, stop } = await run(stack);
  expect(() => pipeline.killAt({ function: 'Nobody', operation: 'sqs:SendMessage', when: 'before' })).toThrow(
    'the function that function names is none of this stack',
  );
  await stop();
});
