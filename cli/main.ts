import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { parseArgs, types } from 'node:util';
import { InputError } from '../domain/errors.ts';
import { bounceExplain } from './bounce-explain.ts';
import { campaignCancel } from './campaign/campaign-cancel.ts';
import { campaignCreate } from './campaign/campaign-create.ts';
import { campaignPause } from './campaign/campaign-pause.ts';
import { campaignResume } from './campaign/campaign-resume.ts';
import { campaignSchedule } from './campaign/campaign-schedule.ts';
import { campaignStart } from './campaign/campaign-start.ts';
import { campaignList, campaignStatus } from './campaign/campaign-status.ts';
import { campaignWatch } from './campaign/campaign-watch.ts';
import { campaignExport } from './campaign/export.ts';
import { campaignReceipt } from './campaign/receipt.ts';
import { campaignRehearse } from './campaign/rehearse.ts';
import { campaignResendMissing } from './campaign/resend-missing.ts';
import {
  type Command,
  CommandError,
  parseArgsConfig,
  renderHelp,
  type Terminal,
  UsageError,
} from './command.ts';
import { contactExport } from './contact/contact-export.ts';
import { contactImport } from './contact/contact-import.ts';
import { contactSet } from './contact/contact-set.ts';
import { contactShow } from './contact/contact-show.ts';
import { deadLetterDrop } from './dead-letter/dead-letter-drop.ts';
import { deadLetterList } from './dead-letter/dead-letter-list.ts';
import { deadLetterRedrive } from './dead-letter/dead-letter-redrive.ts';
import { deadLetterShow } from './dead-letter/dead-letter-show.ts';
import { deploy } from './deploy.ts';
import { doctor } from './doctor.ts';
import { inbox } from './inbox.ts';
import { personErase } from './person/person-erase.ts';
import { personExport } from './person/person-export.ts';
import { publish } from './publish.ts';
import { segmentCount } from './segment/segment-count.ts';
import { segmentCreate } from './segment/segment-create.ts';
import { segmentDelete } from './segment/segment-delete.ts';
import { segmentList } from './segment/segment-list.ts';
import { segmentShow } from './segment/segment-show.ts';
import { status } from './status.ts';
import { suppressionAdd } from './suppression/suppression-add.ts';
import { suppressionExport } from './suppression/suppression-export.ts';
import { suppressionImport } from './suppression/suppression-import.ts';
import { suppressionList } from './suppression/suppression-list.ts';
import { suppressionReconcile } from './suppression/suppression-reconcile.ts';
import { suppressionRemove } from './suppression/suppression-remove.ts';
import { suppressionShow } from './suppression/suppression-show.ts';
import { templateCheck } from './template/template-check.ts';
import { templateCompile } from './template/template-compile.ts';
import { templateDiff } from './template/template-diff.ts';
import { templateList } from './template/template-list.ts';
import { templatePreview } from './template/template-preview.ts';
import { templatePublish } from './template/template-publish.ts';
import { templateTypes } from './template/template-types.ts';
import { trace } from './trace.ts';

const commands: readonly Command[] = [
  publish,
  campaignCreate,
  campaignRehearse,
  campaignStart,
  campaignSchedule,
  campaignPause,
  campaignResume,
  campaignCancel,
  campaignStatus,
  campaignList,
  campaignWatch,
  campaignReceipt,
  campaignExport,
  campaignResendMissing,
  segmentCreate,
  segmentList,
  segmentShow,
  segmentCount,
  segmentDelete,
  contactImport,
  contactExport,
  contactShow,
  contactSet,
  suppressionList,
  suppressionShow,
  suppressionAdd,
  suppressionRemove,
  suppressionImport,
  suppressionExport,
  suppressionReconcile,
  personExport,
  personErase,
  inbox,
  status,
  trace,
  doctor,
  deploy,
  deadLetterList,
  deadLetterShow,
  deadLetterRedrive,
  deadLetterDrop,
  templateCompile,
  templateCheck,
  templatePreview,
  templateTypes,
  templateDiff,
  templatePublish,
  templateList,
  bounceExplain,
];

const terminal: Terminal = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  stdin: () => text(process.stdin),
  ask: process.stdin.isTTY ? askPerson : undefined,
};

async function askPerson(question: string): Promise<string> {
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await line.question(question);
  } finally {
    line.close();
  }
}

/** Runs one command line. @returns the exit code: 0 ok, 1 failed, 2 wrong usage */
export async function main(args: readonly string[], { out, err, stdin, ask }: Terminal): Promise<number> {
  const command = commands.find(({ name }) => name.split(' ').every((word, i) => args[i] === word));
  if (command === undefined) {
    const wanted = args.length > 0 && !asksForHelp(args);
    (wanted ? err : out)(
      `${wanted ? `todoke: no command "${args.join(' ')}"\n\n` : ''}${renderCommands(args[0])}`,
    );
    return wanted ? 2 : 0;
  }
  try {
    const rest = args.slice(command.name.split(' ').length);
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: parseArgsConfig(command.options),
      allowPositionals: true,
    });
    if (values.help) {
      out(renderHelp(command));
      return 0;
    }
    checkPositionals(command, positionals);
    return await command.run(
      {
        positionals,
        text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
        texts: (name) => [values[name] ?? []].flat().filter((each) => typeof each === 'string'),
        flag: (name) => values[name] === true,
      },
      { out, err, stdin, ask },
    );
  } catch (error) {
    return report(error, command, err);
  }
}

/** `todoke help`, `todoke --help`, and `todoke campaign --help`, which is half a command. */
function asksForHelp(args: readonly string[]): boolean {
  const [first = ''] = args;
  const half = commands.some(({ name }) => name.startsWith(`${first} `));
  return ['help', '--help', '-h'].some((word) => first === word || (half && args[1] === word));
}

function checkPositionals({ positionals: names }: Command, given: readonly string[]): void {
  const required = names.filter((name) => !name.startsWith('['));
  if (given.length < required.length) {
    throw new UsageError(`${required[given.length]} is missing`);
  }
  if (given.length > names.length && !names.at(-1)?.includes('…')) {
    throw new UsageError(`unexpected argument "${given[names.length]}"`);
  }
}

function report(error: unknown, command: Command, err: Terminal['err']): number {
  if (!types.isNativeError(error)) {
    err(`todoke: ${error}`);
    return 1;
  }
  const wrongUsage =
    error instanceof UsageError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (wrongUsage) {
    err(`todoke ${command.name}: ${error.message}\n\n${renderHelp(command)}`);
    return 2;
  }
  err(`todoke: ${sentenceOf(error)}`);
  return 1;
}

/** A stack trace helps where the fault is ours; what users can mend is one sentence. */
function sentenceOf(error: Error): string {
  if (error instanceof CommandError || error instanceof InputError) {
    return error.message;
  }
  // AWS's own words name action and resource, or what is wrong with region and credentials.
  const fromAws = '$metadata' in error || /^(?:Credentials|Token)ProviderError$/.test(error.name);
  return fromAws || error.message === 'Region is missing'
    ? `${error.name}: ${error.message}`
    : (error.stack ?? error.message);
}

/** @param first - The first word of what was typed: where commands begin with it, only those are shown. */
function renderCommands(first = ''): string {
  const half = commands.filter(({ name }) => name.startsWith(`${first} `));
  const shown = half.length === 0 ? commands : half;
  const width = Math.max(...shown.map(({ name, positionals }) => [name, ...positionals].join(' ').length));
  return [
    'todoke: every mail once, and why it did not arrive',
    '',
    ...shown.map(
      ({ name, positionals, summary }) => `  ${[name, ...positionals].join(' ').padEnd(width)}  ${summary}`,
    ),
    '',
    '  todoke COMMAND --help   the options of a command',
    '',
  ].join('\n');
}

/** Whoever reads the output may have seen enough (`| head`): what was begun goes on to its end, and says no more. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') {
    throw error;
  }
}

/** Runs the command line of this process. */
export async function runProcess(): Promise<void> {
  process.stdout.on('error', ignoreClosedPipe);
  process.exitCode = await main(process.argv.slice(2), terminal);
}

if (import.meta.main) {
  await runProcess();
}
