import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RawTemplate } from '../../local/runner/assembly.ts';
import { notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

/** A stack that is not as the app made it: what AWS would refuse must not work here either. */

/** Logical ids of the function that sends notifications, and of its role's policy, begin so. */
const sender = 'NotificationsWorker';

interface Statement {
  Action: string | string[];
}

/** Takes one action out of every policy statement of a function's role. */
function without(action: string, role: string) {
  return (template: RawTemplate): RawTemplate => {
    const copy = structuredClone(template);
    let removed = 0;
    for (const [id, resource] of Object.entries(copy.Resources)) {
      if (resource.Type !== 'AWS::IAM::Policy' || !id.startsWith(role)) {
        continue;
      }
      const { PolicyDocument: document } = resource.Properties as unknown as {
        PolicyDocument: { Statement: Statement[] };
      };
      for (const statement of document.Statement) {
        const actions = [statement.Action].flat();
        removed += actions.filter((each) => each === action).length;
        statement.Action = actions.filter((each) => each !== action);
      }
      document.Statement = document.Statement.filter(({ Action }) => Action.length > 0);
    }
    if (removed === 0) {
      throw new Error(`no role ${role}… allows ${action}`);
    }
    return copy;
  };
}

async function withPipeline(
  transform: (template: RawTemplate) => RawTemplate,
  check: (pipeline: RunningPipeline) => Promise<void>,
) {
  const pipeline = await runPipeline({ transform });
  try {
    await check(pipeline);
  } finally {
    await pipeline.close();
  }
}

/** Waits until the log says it, or fails with what it says instead. */
async function logged(pipeline: RunningPipeline, text: RegExp): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const line = pipeline.log.find((each) => text.test(each));
    if (line !== undefined) {
      return line;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the log never says ${text}:\n${pipeline.log.join('\n')}`);
}

it.each([
  { action: 'dynamodb:PutItem', resource: /table\/Todoke-dev-TablesDeliveries/ },
  { action: 'ses:SendEmail', resource: /identity\/example\.com/ },
  { action: 's3:GetObject', resource: /templates\/one-time-password\/current\.json/ },
])(
  'denies $action to a sender that is not granted it, naming function, action and resource',
  async ({ action, resource }) => {
    await withPipeline(without(action, sender), async (pipeline) => {
      await pipeline.publish(notification('denied'));
      const line = await logged(pipeline, /AccessDenied|not authorized/);
      expect(line).toContain(sender);
      expect(line).toContain(action);
      expect(line).toMatch(resource);
      expect(pipeline.mailTo('denied@example.com')).toEqual([]);
      expect(pipeline.denials[0]).toMatchObject({ action: action });
    });
  },
);

it('ends a function at its time-out, as Lambda does', async () => {
  // It accepts connections and never answers.
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const slow = (template: RawTemplate): RawTemplate => {
    const copy = structuredClone(template);
    for (const [id, { Type, Properties = {} }] of Object.entries(copy.Resources)) {
      if (Type === 'AWS::Lambda::Function' && id.startsWith(sender)) {
        const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
        Variables.AWS_ENDPOINT_URL_SESV2 = `http://127.0.0.1:${port}`;
        Object.assign(Properties, { Timeout: 1 });
      }
    }
    return copy;
  };
  try {
    await withPipeline(slow, async (pipeline) => {
      await pipeline.publish(notification('a'));
      expect(await logged(pipeline, /Task timed out after 1\.00 seconds/)).toContain(sender);
    });
  } finally {
    silent.close();
  }
});

it.each([
  {
    what: 'a resource type that it does not know',
    change: (resources: RawTemplate['Resources']) => {
      Object.assign(resources, { Stranger: { Type: 'AWS::Kinesis::Stream', Properties: {} } });
    },
    says: /AWS::Kinesis::Stream.*Stranger|Stranger.*AWS::Kinesis::Stream/,
  },
  {
    what: 'a property that it does not know',
    change: (resources: RawTemplate['Resources']) => {
      const queue = Object.values(resources).find(({ Type }) => Type === 'AWS::SQS::Queue');
      Object.assign(queue?.Properties ?? {}, { FutureBehaviour: true });
    },
    says: /FutureBehaviour/,
  },
  {
    what: 'an intrinsic function that it does not know',
    change: (resources: RawTemplate['Resources']) => {
      const queue = Object.values(resources).find(({ Type }) => Type === 'AWS::SQS::Queue');
      Object.assign(queue?.Properties ?? {}, { QueueName: { 'Fn::Cidr': ['10.0.0.0/16', 1, 8] } });
    },
    says: /Fn::Cidr/,
  },
])('refuses to start with $what, and names it', async ({ change, says }) => {
  const transform = (template: RawTemplate): RawTemplate => {
    const copy = structuredClone(template);
    change(copy.Resources);
    return copy;
  };
  await expect(runPipeline({ transform })).rejects.toThrow(says);
});
