import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { types } from 'node:util';
import { readStackOutputs, type StackOutputs } from '../aws/stack.ts';
import { type Call, CommandError } from './command.ts';

/** The pipeline that a command talks to. */
export interface Connection {
  readonly outputs: StackOutputs;
  /** Http URL of the pipeline on this machine; undefined for a deployed stack, where mail is real. */
  readonly localEndpoint: string | undefined;
}

/** What `npm start` leaves for other processes to find it. */
interface LocalPipeline {
  readonly endpoint: string;
  readonly stackName: string;
  readonly region: string;
  /** PEM certificate of its https endpoint. */
  readonly caFile?: string;
}

/** Another file than the usual one, for a pipeline that does not stay up. */
const localFile = process.env.TODOKE_LOCAL_FILE ?? new URL('../.todoke/local.json', import.meta.url);

/** Finds the stack's parts: of a deployed stack with `--stack`, else of the pipeline that runs on this machine. */
export async function connect(call: Call): Promise<Connection> {
  const stack = call.text('stack');
  if (stack !== undefined) {
    return { outputs: await readStackOutputs(stack), localEndpoint: undefined };
  }
  const { endpoint, stackName, region } = localPipeline();
  talkOnlyTo(endpoint, region);
  try {
    return { outputs: await readStackOutputs(stackName), localEndpoint: endpoint };
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && error.code === 'ECONNREFUSED') {
      throw new CommandError(
        `nothing answers at ${endpoint}: "npm start" runs the pipeline here, --stack NAME is a deployed one`,
      );
    }
    throw error;
  }
}

/**
 * For every AWS client of this process. Whatever the user has set up for AWS itself is left out: a profile would win over the
 * keys, and other settings would send requests past the endpoint.
 */
function talkOnlyTo(endpoint: string, region: string): void {
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('AWS_'))) {
    delete process.env[name];
  }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    // Those of nobody, as any would do.
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  });
}

/** The pipeline on this machine, as its own process announced it. */
export function localPipeline(): LocalPipeline {
  let text: string;
  try {
    text = readFileSync(localFile, 'utf8');
  } catch {
    throw new CommandError(
      'no pipeline runs on this machine: "npm start" runs one, --stack NAME is a deployed one',
    );
  }
  return JSON.parse(text) as LocalPipeline;
}
