import { suppressionsTable } from '../aws/suppressions.ts';
import { addressOf, scopeOf } from './address-argument.ts';
import { type Command, pipelineOptions } from './command.ts';
import { connect } from './connection.ts';

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
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const address = addressOf(call.positionals[0] ?? '');
    const scope = scopeOf(call.text('scope') ?? 'all');
    const evidence = call.text('evidence');
    const { outputs } = await connect(call);
    await suppressionsTable(outputs.SuppressionsTableName).add(
      { recipientId: address.recipientId, address: address.wire },
      scope,
      {
        reason: 'manual',
        source: 'cli',
        atMs: Date.now(),
        ...(evidence === undefined ? {} : { evidence }),
      },
    );
    out(
      call.flag('json')
        ? JSON.stringify({ address: address.wire, recipientId: address.recipientId, scope })
        : `${address.wire} gets no more mail: ${scope}`,
    );
    return 0;
  },
};
