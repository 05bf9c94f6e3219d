import { type Pipeline, type PipelineOptions, startPipeline } from '../../../local/runner/pipeline.ts';
import { type SmallStack, writeAssembly } from './small-assembly.ts';

/** A pipeline, and what it logged. */
export interface Running {
  readonly pipeline: Pipeline;
  /** `source: line`, in order. */
  readonly lines: string[];
  /** The lines that a function printed with `console.log`, parsed. */
  printed(functionId: string): unknown[];
  /** Waits until a line contains `text`. */
  said(text: string): Promise<string>;
  stop(): Promise<void>;
}

export async function run(stack: SmallStack, options: Partial<PipelineOptions> = {}): Promise<Running> {
  const assembly = writeAssembly(stack);
  const lines: string[] = [];
  try {
    const pipeline = await startPipeline({
      assemblyDirectory: assembly.directory,
      onLog: (source, line) => lines.push(`${source}: ${line}`),
      seed: 1,
      ...options,
    });
    return {
      pipeline,
      lines,
      printed: (functionId) =>
        lines
          .filter((line) => line.startsWith(`${functionId}: {"printed":`))
          .map((line) => JSON.parse(line.slice(functionId.length + 2)).printed),
      async said(text) {
        const deadlineMs = Date.now() + 90_000;
        for (;;) {
          const line = lines.find((candidate) => candidate.includes(text));
          if (line !== undefined) {
            return line;
          }
          if (Date.now() > deadlineMs) {
            throw new Error(`nobody said "${text}" but:\n${lines.join('\n')}`);
          }
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
      async stop() {
        await pipeline.close();
        assembly.remove();
      },
    };
  } catch (error) {
    assembly.remove();
    throw error;
  }
}

/** Sends messages to a queue of the stack by its logical id. */
export async function send(
  pipeline: Pipeline,
  logicalId: string,
  ...bodies: readonly string[]
): Promise<void> {
  for (const MessageBody of bodies) {
    await pipeline.messaging.call('sqs', 'SendMessage', { QueueUrl: `Small-${logicalId}`, MessageBody });
  }
}

/** The bodies that wait on a queue. */
export async function waiting(pipeline: Pipeline, logicalId: string): Promise<string[]> {
  const { Messages } = await pipeline.messaging.call('sqs', 'ReceiveMessage', {
    QueueUrl: `Small-${logicalId}`,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
  });
  return Messages.map(({ Body }) => Body);
}
