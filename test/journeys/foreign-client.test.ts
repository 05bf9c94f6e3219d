import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { announcement, notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

/** Clients that share nothing with this project but the endpoint. */

let pipeline: RunningPipeline;

beforeAll(async () => {
  pipeline = await runPipeline();
});

afterAll(async () => {
  await pipeline.close();
});

const python = process.env.TODOKE_PYTHON ?? 'python3';
const hasBoto3 = succeeds(() => execFileSync(python, ['-c', 'import boto3'], { stdio: 'ignore' }));
if (!hasBoto3) {
  const message =
    'NOT RUN: the test with another language’s AWS SDK needs python3 with boto3 (.ci/run installs it)';
  if (process.env.CI) {
    throw new Error(message);
  }
  console.warn(message);
}

function succeeds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

/** Runs Python beside this process, which has to go on serving. */
async function runPython(script: string, ...args: string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(python, ['-c', script, ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout),
    );
  });
}

(hasBoto3 ? it : it.skip)('mails what boto3 puts on the queue', async () => {
  const script = `
import boto3, sys
endpoint, body = sys.argv[1:3]
options = dict(endpoint_url=endpoint, region_name='us-east-1', aws_access_key_id='any', aws_secret_access_key='any')
sqs = boto3.client('sqs', **options)
url = next(u for u in sqs.list_queues()['QueueUrls'] if 'NotificationsQueue' in u)
sqs.send_message(QueueUrl=url, MessageBody=body)
sent = boto3.client('events', **options).put_events(Entries=[dict(
    Source='shop', DetailType='Todoke Notification', Detail=sys.argv[3])])
print(url, sent['FailedEntryCount'])
`;
  const out = await runPython(
    script,
    pipeline.endpoint,
    JSON.stringify(notification('from-python')),
    JSON.stringify(notification('from-event-bus')),
  );
  expect(out.trim()).toBe(`${pipeline.outputs.NotificationsQueueUrl} 0`);
  await pipeline.idle(90_000);
  expect(pipeline.mailTo('from-python@example.com')).toHaveLength(1);
  expect(pipeline.mailTo('from-event-bus@example.com')).toHaveLength(1);
});

it('mails what a bare HTTP request puts on the queue', async () => {
  const answer = await fetch(pipeline.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
      authorization:
        'AWS4-HMAC-SHA256 Credential=ANY/20261124/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00',
    },
    body: JSON.stringify({
      QueueUrl: pipeline.outputs.NotificationsQueueUrl,
      MessageBody: JSON.stringify(
        announcement('bare-http', { recipient: { address: 'bare-http@example.com', locale: 'en' } }),
      ),
    }),
  });
  expect(answer.status).toBe(200);
  await pipeline.idle(90_000);
  expect(pipeline.mailTo('bare-http@example.com')).toHaveLength(1);
});

it('listens on 127.0.0.1 and nowhere else', () => {
  // Linux lists every listening socket of this process's network namespace; ours are those whose inode this process holds open.
  const addresses = listeningAddresses();
  if (addresses === undefined) {
    console.warn('NOT RUN: which addresses are listened on can only be seen on Linux');
    return;
  }
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses.filter((address) => address !== '127.0.0.1')).toEqual([]);
});

function listeningAddresses(): string[] | undefined {
  if (!existsSync('/proc/self/net/tcp')) {
    return undefined;
  }
  const inodes = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const listen = '0A';
  return ['/proc/self/net/tcp', '/proc/self/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listen && inodes.has(fields[9] ?? ''))
      .map((fields) => dotted(fields[1] ?? '')),
  );
}

/** `0100007F:1F90` → `127.0.0.1`; IPv6 as it is. */
function dotted(hex: string): string {
  const [address = ''] = hex.split(':');
  return address.length === 8
    ? (address.match(/../g) ?? [])
        .reverse()
        .map((byte) => Number.parseInt(byte, 16))
        .join('.')
    : address;
}
