import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Call, type Command, CommandError, pipelineOptions, type Terminal } from './command.ts';
import { doctor } from './doctor.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const cdk = fileURLToPath(new URL('../node_modules/.bin/cdk', import.meta.url));

/** Runs a program on this terminal, where all that it says is progress. @returns its exit code */
export type Run = (program: string, args: readonly string[]) => Promise<number>;

export const deploy: Command = {
  name: 'deploy',
  summary: 'Deploys a stage with the CDK, then has the doctor look at it; exits as the doctor does.',
  positionals: ['STAGE'],
  options: {
    'require-approval': {
      type: 'string',
      value: 'WHEN',
      help: 'of the CDK: never, any-change, broadening (the default)',
    },
    'no-probe': {
      type: 'boolean',
      help: 'send no mail to the simulator of SES, which otherwise proves the way back of bounces and complaints',
    },
    'dns-server': { type: 'string', value: 'HOST[:PORT]', help: 'ask this server instead of the usual ones' },
    lang: { type: 'string', value: 'LANG', help: 'ja or en; both are in the JSON' },
    json: pipelineOptions.json,
  },
  run: (call, terminal) => deployAndExamine(call, terminal, runHere),
};

/** @throws CommandError when the CDK failed; then there is nothing new to look at */
export async function deployAndExamine(call: Call, terminal: Terminal, run: Run): Promise<number> {
  const [stage = ''] = call.positionals;
  const approval = call.text('require-approval');
  const code = await run(cdk, [
    'deploy',
    '-c',
    `stage=${stage}`,
    ...(approval === undefined ? [] : ['--require-approval', approval]),
  ]);
  if (code !== 0) {
    throw new CommandError(`cdk deploy ended with ${code}`);
  }
  const texts: Readonly<Record<string, string | undefined>> = {
    stack: `Todoke-${stage}`,
    lang: call.text('lang'),
    'dns-server': call.text('dns-server'),
  };
  return await doctor.run(
    {
      positionals: [],
      text: (name) => texts[name],
      texts: () => [],
      flag: (name) => (name === 'probe' ? !call.flag('no-probe') : call.flag(name)),
    },
    terminal,
  );
}

async function runHere(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, [...args], { cwd: project, stdio: ['inherit', 2, 2] });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
