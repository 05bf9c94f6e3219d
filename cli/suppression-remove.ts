import { suppressionsTable } from '../aws/suppressions.ts';
import type { SuppressionScope } from '../domain/suppression.ts';
import { addressOf, scopeOf } from './address-argument.ts';
import { type Command, pipelineOptions } from './command.ts';
import { connect } from './connection.ts';

export const suppressionRemove: Command = {
  name: 'suppression remove',
  summary: 'Allows mail to an address again.',
  positionals: ['ADDRESS'],
  options: {
    scope: { type: 'string', value: 'SCOPE', help: 'only this one; without it all scopes' },
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const address = addressOf(call.positionals[0] ?? '');
    const scope = call.text('scope') === undefined ? undefined : scopeOf(call.text('scope') ?? '');
    const { outputs } = await connect(call);
    const suppressions = suppressionsTable(outputs.SuppressionsTableName);
    const found = (await suppressions.get(address.recipientId))?.suppressions ?? {};
    const removed = (Object.keys(found) as SuppressionScope[]).filter(
      (each) => scope === undefined || each === scope,
    );
    for (const each of removed) {
      await suppressions.remove(address.recipientId, each);
    }
    out(
      call.flag('json')
        ? JSON.stringify({ address: address.wire, removed })
        : removed.length === 0
          ? `${address.wire} was not suppressed`
          : `${address.wire} gets mail again: ${removed.join(', ')}`,
    );
    return removed.length === 0 ? 1 : 0;
  },
};
