import { type DeadLetter, deadLetterQueue } from '../../aws/dead-letter-queue.ts';
import { queue } from '../../aws/queue.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { type Call, UsageError } from '../command.ts';

/** Dead letters of one kind of message, and the queue where they came from. */
export interface Graveyard {
  readonly name: QueueName;
  readonly deadLetters: ReturnType<typeof deadLetterQueue>;
  readonly source: ReturnType<typeof queue>;
}

const outputsOf = {
  notifications: ['NotificationsQueueUrl', 'NotificationsDeadLetterQueueUrl'],
  chunks: ['ChunksQueueUrl', 'ChunksDeadLetterQueueUrl'],
  feedback: ['FeedbackQueueUrl', 'FeedbackDeadLetterQueueUrl'],
} as const;

export type QueueName = keyof typeof outputsOf;

export const queueOption = {
  queue: { type: 'string', value: 'NAME', help: 'only this one: notifications, chunks or feedback' },
} as const;

/** The queues that a command is about. */
export function graveyards(call: Call, outputs: StackOutputs): Graveyard[] {
  const wanted = call.text('queue');
  if (wanted !== undefined && !Object.hasOwn(outputsOf, wanted)) {
    throw new UsageError(`--queue is one of ${Object.keys(outputsOf).join(', ')}`);
  }
  return (Object.keys(outputsOf) as QueueName[])
    .filter((name) => wanted === undefined || name === wanted)
    .map((name) => {
      const [source, deadLetters] = outputsOf[name];
      return { name, source: queue(outputs[source]), deadLetters: deadLetterQueue(outputs[deadLetters]) };
    });
}

/** What a command that acts on dead letters was told to act on. */
export function selectionOf(call: Call): (letter: DeadLetter) => boolean {
  const ids = new Set(call.positionals);
  if (call.flag('all') === ids.size > 0) {
    throw new UsageError('name the messages by their ids, or all of them with --all');
  }
  return ({ sqsMessageId }) => call.flag('all') || ids.has(sqsMessageId);
}

/**
 * Acts on every selected letter; the others show again at once.
 *
 * @returns the ids of those that it acted on, by queue
 */
export async function actOn(
  yards: readonly Graveyard[],
  selected: (letter: DeadLetter) => boolean,
  act: (letter: DeadLetter, yard: Graveyard) => Promise<void>,
  progress: (text: string) => void,
): Promise<{ queue: QueueName; sqsMessageId: string }[]> {
  const done: { queue: QueueName; sqsMessageId: string }[] = [];
  // Side by side, since each look at a queue waits a second for more.
  await Promise.all(
    yards.map(async (yard) => {
      const others: DeadLetter[] = [];
      for await (const letter of yard.deadLetters.look()) {
        if (!selected(letter)) {
          others.push(letter);
          continue;
        }
        await act(letter, yard);
        done.push({ queue: yard.name, sqsMessageId: letter.sqsMessageId });
        if (done.length % 100 === 0) {
          progress(`${done.length} …`);
        }
      }
      await yard.deadLetters.release(others);
    }),
  );
  return done;
}

/** The first letters of each queue that are wanted, at most `limit` of each; they show again at once. */
export async function lookAt(
  yards: readonly Graveyard[],
  wanted: (letter: DeadLetter) => boolean,
  limit: number,
): Promise<{ queue: QueueName; letter: DeadLetter }[]> {
  const found = await Promise.all(
    yards.map(async ({ name, deadLetters }) => {
      const looked: DeadLetter[] = [];
      const letters: DeadLetter[] = [];
      for await (const letter of deadLetters.look()) {
        looked.push(letter);
        if (wanted(letter) && letters.push(letter) === limit) {
          break;
        }
      }
      await deadLetters.release(looked);
      return letters.map((letter) => ({ queue: name, letter }));
    }),
  );
  return found.flat();
}
