import { accountSuppressionList } from '../../aws/account-suppression-list.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import type { SuppressionScope } from '../../domain/suppression/suppression.ts';
import { releasedNow } from '../../domain/suppression/suppression-record.ts';
import { addressOf, scopeOf } from '../address-argument.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { readErased } from '../erased.ts';
import { operatorOf, operatorOption } from '../operator.ts';

export const suppressionRemove: Command = {
  name: 'suppression remove',
  summary: 'Allows mail to an address again, and says whether SES would still hold it back.',
  positionals: ['ADDRESS'],
  options: {
    scope: { type: 'string', value: 'SCOPE', help: 'only this one; without it all scopes' },
    evidence: { type: 'string', value: 'TEXT', help: 'why, for the history' },
    'also-ses': { type: 'boolean', help: 'remove it from the account suppression list of SES as well' },
    ...operatorOption,
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const address = addressOf(call.positionals[0] ?? '');
    const { recipientId } = address;
    const scope = call.text('scope') === undefined ? undefined : scopeOf(call.text('scope') ?? '');
    const evidence = call.text('evidence');
    const { outputs } = await connect(call);
    const { before, after } = await suppressionsTable(outputs.SuppressionsTableName).change(
      { recipientId },
      (record) =>
        scopesOf(record.suppressions)
          .filter((each) => scope === undefined || each === scope)
          .reduce(
            (left, each) =>
              releasedNow(left, {
                scope: each,
                source: 'cli',
                actor: operatorOf(call),
                atMs: Date.now(),
                ...(evidence === undefined ? {} : { evidence }),
              }),
            record,
          ),
    );
    const removed = scopesOf(before.suppressions).filter((each) => after.suppressions[each] === undefined);
    // Of somebody who was erased there is one mark for all.
    const lifted = scope === undefined && (await (await readErased(outputs)).lift(recipientId));
    const ses = accountSuppressionList();
    const removedFromSes = call.flag('also-ses') && (await ses.remove(address.wire));
    const heldBySes = call.flag('also-ses') ? undefined : await ses.get(address.wire);
    const nothing = removed.length === 0 && !lifted && !removedFromSes;
    if (heldBySes !== undefined) {
      err(
        `SES still holds mail to it back, since a ${heldBySes.reason.toLowerCase()}: --also-ses removes it there`,
      );
    }
    const what = [...removed, ...(lifted ? ['erased'] : []), ...(removedFromSes ? ['SES'] : [])];
    out(
      call.flag('json')
        ? JSON.stringify({
            address: address.wire,
            removed,
            ...(lifted ? { lifted } : {}),
            ...(removedFromSes ? { removedFromSes } : {}),
            ...(heldBySes === undefined ? {} : { heldBySes: heldBySes.reason }),
          })
        : nothing
          ? `${address.wire} was not suppressed`
          : `${address.wire} gets mail again: ${what.join(', ')}`,
    );
    return nothing ? 1 : 0;
  },
};

function scopesOf(suppressions: object): SuppressionScope[] {
  return Object.keys(suppressions) as SuppressionScope[];
}
