import type { OutputName } from '../../aws/stack.ts';
import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/runner/pipeline.ts';
import { assemblyDirectory } from '../assembly.ts';

/** The stack's own tables, queues, bucket, secret and SES, in which nothing happens but what a test does. */
export interface QuietStack {
  readonly pipeline: Pipeline;
  readonly output: (name: OutputName) => string;
  readonly close: () => Promise<void>;
}

/**
 * Starts the stack without its event sources and points every AWS client of this process to it. Modules of `aws/` are imported
 * after that: some of them make their client when they are loaded.
 */
export async function startQuietStack(options: Partial<PipelineOptions> = {}): Promise<QuietStack> {
  const pipeline = await startPipeline({
    assemblyDirectory,
    seed: 1,
    onLog: () => {},
    transform: (template) => ({
      ...template,
      Resources: Object.fromEntries(
        Object.entries(template.Resources).filter(
          ([, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping',
        ),
      ),
    }),
    ...options,
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: pipeline.endpoint,
    AWS_REGION: pipeline.place.region,
    AWS_ACCESS_KEY_ID: 'AKIDOPERATOR',
    AWS_SECRET_ACCESS_KEY: 'dummy',
  });
  return {
    pipeline,
    output: (name) => {
      const value = pipeline.outputs[name];
      if (value === undefined) {
        throw new Error(`the stack has no output ${name}`);
      }
      return value;
    },
    close: () => pipeline.close(),
  };
}
