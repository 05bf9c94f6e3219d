import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { announce } from './announcement.ts';
import { narrator } from './progress.ts';
import { type Pipeline, startPipeline } from './runner/pipeline.ts';
import { type StoryResult, tellStory } from './story.ts';
import { synthesize } from './synthesize.ts';
import { todokeCommand } from './todoke-command.ts';

const usage = `npm start -- [options]

  Synthesizes the stack, runs it on this machine, shows what it does, and stays up.

  --once         end after the showing
  --json         print what it came to as one JSON object; the story goes to standard error
  --quiet        only run the pipeline, show nothing
  --lab          mail goes by SMTP to receivers on this machine that check it as Gmail, docomo and others do
  --port N       of the endpoint, 4588 by default; taken ones and --once get a free one
  --rate N       MaxSendRate of the local SES, recipients per second, 100 by default
  --stage NAME   a stage of infra/stages.ts, dev by default
  --seed N       the same seed gives the same delays and message ids
`;

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    lab: { type: 'boolean', default: false },
    port: { type: 'string', default: '4588' },
    rate: { type: 'string', default: '100' },
    stage: { type: 'string', default: 'dev' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** As a shell counts a program that Ctrl-C ended. */
const interruptedExitCode = 130;

/** Where a pipeline that stays up keeps what other processes read. */
const stateDirectory = fileURLToPath(new URL('../.todoke/', import.meta.url));

async function run(): Promise<number> {
  const { say, follow } = narrator(values.json ? process.stderr : process.stdout);
  const directory = values.once ? mkdtempSync(join(tmpdir(), 'todoke-')) : stateDirectory;
  say('Synthesizing the stack …');
  const assemblyDirectory = await synthesize(values.stage, join(directory, 'cdk.out'));
  const pipeline = await start(assemblyDirectory, say);
  const announcement = announce(directory, pipeline);
  const stop = async () => {
    announcement.withdraw();
    await pipeline.close();
    if (values.once) {
      rmSync(directory, { recursive: true, force: true });
    }
  };
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => resolve('interrupted'));
    }
  });
  say(`${pipeline.stackName} runs at ${pipeline.endpoint}\n`);
  try {
    const story = values.quiet
      ? undefined
      : tellStory(pipeline, todokeCommand(announcement.file), { say, follow }, Date.now());
    const result = await Promise.race([story, interrupted]);
    if (result === 'interrupted') {
      return interruptedExitCode;
    }
    if (result !== undefined && values.json) {
      process.stdout.write(`${JSON.stringify(result)}\n`);
    } else if (result !== undefined) {
      say(`\n${renderResult(result)}`);
    }
    if (!values.once) {
      say(renderPlaces(pipeline, announcement.caFile));
      await interrupted;
    }
    return result === undefined || holds(result) ? 0 : 1;
  } finally {
    await stop();
  }
}

async function start(assemblyDirectory: string, say: (line: string) => void): Promise<Pipeline> {
  const options = {
    assemblyDirectory,
    seed: whole('seed'),
    ses: { account: { maxSendRate: whole('rate') } },
    ...(values.lab && { arrival: 'lab' as const }),
    onLog: (source: string, line: string) => {
      if (!line.startsWith('{"_aws"')) {
        process.stderr.write(`${source}: ${line}\n`);
      }
    },
  };
  let pipeline: Pipeline;
  try {
    pipeline = await startPipeline({ ...options, port: values.once ? 0 : whole('port') });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) {
      throw error;
    }
    say(`port ${values.port} is taken, so a free one is used`);
    pipeline = await startPipeline({ ...options, port: 0 });
  }
  const mailDomain = pipeline.outputs.MailDomain ?? '';
  pipeline.ses.createIdentity(mailDomain, {
    verified: true,
    mailFromDomain: `bounce.${mailDomain}`,
    mailFromStatus: 'SUCCESS',
    behaviorOnMxFailure: 'REJECT_MESSAGE',
  });
  return pipeline;
}

function whole(name: 'port' | 'rate' | 'seed'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0 || (name === 'rate' && number === 0)) {
    throw new Error(`--${name} takes a whole number`);
  }
  return number;
}

/** What every run of the story must come to. */
function holds({ events, campaigns, unsubscribe }: StoryResult): boolean {
  const balanced = campaigns.every(
    (c) => c.recipients === c.accepted + c.suppressed + c.invalid + c.duplicates + c.rejected,
  );
  return (
    balanced && events.accepted === events.published && unsubscribe.status === 200 && unsubscribe.effective
  );
}

function renderResult({ campaigns, unsubscribe }: StoryResult): string {
  const names = [
    'recipients',
    'accepted',
    'suppressed',
    'invalid',
    'duplicates',
    'rejected',
    'bounced',
    'complained',
  ] as const;
  const width = Math.max(...campaigns.map(({ name }) => name.length));
  return [
    ['campaign'.padEnd(width), ...names].join('  '),
    ...campaigns.map((each) =>
      [each.name.padEnd(width), ...names.map((name) => String(each[name]).padStart(name.length))].join('  '),
    ),
    '',
    `One-click unsubscribe: ${unsubscribe.status}, ${unsubscribe.effective ? 'and no mail since' : 'BUT MAILED AGAIN'}.`,
  ].join('\n');
}

function renderPlaces({ endpoint, outputs, lab }: Pipeline, caFile: string): string {
  return `
Inbox                 ${endpoint}/inbox
Notifications queue   ${outputs.NotificationsQueueUrl}
AWS endpoint          ${endpoint}   any SDK and the AWS CLI, region us-east-1, any access key
Unsubscribe           ${outputs.UnsubscribeBaseUrl}   certificate: ${caFile}${lab === undefined ? '' : `\nArrival lab           ${endpoint}/lab   DNS server: ${lab.nameServer}`}

Try:  npx todoke status
      npx todoke publish FILE
      aws --endpoint-url ${endpoint} sqs list-queues
Ctrl-C ends it.`;
}

if (values.help) {
  process.stdout.write(usage);
} else {
  try {
    process.exitCode = await run();
    if (process.exitCode === interruptedExitCode) {
      // The story was left in its middle, and what it waits for does not come any more.
      process.exit();
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
