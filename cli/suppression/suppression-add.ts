import { suppressionsTable } from '../../aws/suppressions.ts';
import { longestEvidence } from '../../domain/suppression/suppression-csv.ts';
import { suppressedNow } from '../../domain/suppression/suppression-record.ts';
import { formatTimestamp, parseTimestamp } from '../../domain/timestamp.ts';
import { addressOf, scopeOf } from '../address-argument.ts';
import { type Command, pipelineOptions, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { operatorOf, operatorOption } from '../operator.ts';

export const suppressionAdd: Command = {
  name: 'suppression add',
  summary: 'Stops mail to an address.',
  positionals: ['ADDRESS'],
  options: {
    scope: {
      type: 'string',
      value: 'SCOPE',
      help: 'all (the default), marketing, transactional or topic:NAME',
    },
    evidence: { type: 'string', value: 'TEXT', help: 'what it rests on: a ticket, a letter' },
    expires: { type: 'string', value: 'TIME', help: 'until when, such as 2026-12-31T00:00:00+09:00' },
    ...operatorOption,
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const address = addressOf(call.positionals[0] ?? '');
    const scope = scopeOf(call.text('scope') ?? 'all');
    const evidence = evidenceOf(call.text('evidence'));
    const expiresAtMs = expiryOf(call.text('expires'));
    const { outputs } = await connect(call);
    const { after } = await suppressionsTable(outputs.SuppressionsTableName).change(
      { recipientId: address.recipientId, address: address.wire },
      (record) =>
        suppressedNow(record, {
          scope,
          reason: 'manual',
          source: 'cli',
          actor: operatorOf(call),
          atMs: Date.now(),
          ...(evidence === undefined ? {} : { evidence }),
          ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
        }),
    );
    const untilMs = after.suppressions[scope]?.expiresAtMs;
    const until = untilMs === undefined ? '' : ` until ${formatTimestamp(untilMs)}`;
    out(
      call.flag('json')
        ? JSON.stringify({ address: address.wire, recipientId: address.recipientId, scope })
        : `${address.wire} gets no more mail: ${scope}${until}`,
    );
    return 0;
  },
};

function evidenceOf(option: string | undefined): string | undefined {
  if (option !== undefined && option.length > longestEvidence) {
    throw new UsageError(`--evidence has ${option.length} characters; ${longestEvidence} are the most`);
  }
  return option;
}

function expiryOf(option: string | undefined): number | undefined {
  if (option === undefined) {
    return undefined;
  }
  const ms = parseTimestamp(option);
  if (!(ms > Date.now())) {
    throw new UsageError(
      '--expires is a time to come in the form of RFC 3339, such as 2026-12-31T00:00:00+09:00',
    );
  }
  return ms;
}
