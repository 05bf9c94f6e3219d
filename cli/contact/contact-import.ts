import type { StackOutputs } from '../../aws/stack.ts';
import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import { isTopic } from '../../domain/contact/contact.ts';
import { readContact } from '../../domain/contact/contact-row.ts';
import { withImported } from '../../domain/suppression/suppression-csv.ts';
import { type Call, type Command, pipelineOptions, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { type Erased, readErased } from '../erased.ts';
import { importFile, importRows } from '../import-file.ts';
import { operatorOf, operatorOption } from '../operator.ts';
import { keepChoice } from './topic-choice.ts';

/** `erased`: of that person nothing is to be known. */
const outcomes = ['changed', 'unchanged', 'erased'] as const;

export const contactImport: Command = {
  name: 'contact import',
  summary:
    'Reads topics and preferences of people from CSV or JSON Lines: address, name, locale, timeZone, topics or topic:NAME, at, evidence.',
  positionals: ['FILE'],
  options: {
    topic: {
      type: 'string',
      multiple: true,
      value: 'TOPIC',
      help: 'what everybody in the file asked for, unless the row says no',
    },
    ...operatorOption,
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const [path = ''] = call.positionals;
    const always = topicsOption(call);
    const file = await importFile(path);
    const { outputs } = await connect(call);
    const ports = { outputs, erased: await readErased(outputs), actor: operatorOf(call), always };
    const { totals, invalidRows } = await importRows(file, outcomes, (row) => settle(ports, row), { err });
    if (call.flag('json')) {
      out(JSON.stringify({ ...totals, invalidRows }));
    } else {
      for (const { message } of invalidRows) {
        err(message);
      }
      const told = Object.entries(totals).filter(([what, n]) => what !== 'rows' && n > 0);
      out(
        [`${totals.rows} rows`, told.map(([what, n]) => `${n} ${what}`).join(', ')]
          .filter(Boolean)
          .join(': '),
      );
    }
    return totals.invalid === 0 ? 0 : 1;
  },
};

interface ImportPorts {
  readonly outputs: StackOutputs;
  readonly erased: Erased;
  readonly actor: string;
  readonly always: readonly string[];
}

/** An import takes no "no" back: whoever unsubscribed stays so, whatever an older file says. */
async function settle(
  { outputs, erased, actor, always }: ImportPorts,
  row: AudienceRow,
): Promise<(typeof outcomes)[number]> {
  const { atMs, evidence, ...read } = readContact(row, always);
  if (erased.of(read.recipientId) !== undefined) {
    return 'erased';
  }
  const nowMs = Date.now();
  const said = { source: 'import', ...(evidence === undefined ? {} : { evidence }) };
  const choice = { ...read, consent: { ...said, atMs: atMs ?? nowMs, actor }, renews: atMs !== undefined };
  const changed = await keepChoice(outputs, choice, {
    wanted: (record) => record,
    unwanted: (record, scope) =>
      withImported(
        record,
        {
          ...said,
          recipientId: read.recipientId,
          scope,
          reason: 'unsubscribe',
          ...(atMs === undefined ? {} : { atMs }),
        },
        actor,
        nowMs,
      ),
  });
  return changed ? 'changed' : 'unchanged';
}

function topicsOption(call: Call): readonly string[] {
  const topics = call.texts('topic');
  if (!topics.every(isTopic)) {
    throw new UsageError('--topic has small letters, digits and hyphens');
  }
  return topics;
}
