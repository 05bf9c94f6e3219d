import { accountSuppressionList } from '../../aws/account-suppression-list.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { isInForce, type Suppression } from '../../domain/suppression/suppression.ts';
import { emptyRecord, type SuppressionChange } from '../../domain/suppression/suppression-record.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { addressOf } from '../address-argument.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { readErased } from '../erased.ts';
import { renderTable } from '../table.ts';

export const suppressionShow: Command = {
  name: 'suppression show',
  summary: 'Shows what is stopped for an address, and all that led to it: when, by whom, on what it rests.',
  positionals: ['ADDRESS'],
  options: pipelineOptions,
  async run(call, { out }) {
    const { wire, recipientId } = addressOf(call.positionals[0] ?? '');
    const { outputs } = await connect(call);
    const [found, erased, listed] = await Promise.all([
      suppressionsTable(outputs.SuppressionsTableName).get(recipientId),
      readErased(outputs),
      accountSuppressionList().get(wire),
    ]);
    const { suppressions, history } = found ?? emptyRecord;
    const left = erased.of(recipientId) ?? {};
    const now = Object.entries({ ...left, ...suppressions }).map(([scope, suppression]) => ({
      scope,
      ...timed(suppression as Suppression),
      inForce: isInForce(suppression as Suppression, Date.now()),
    }));
    const past = history.map(timed);
    if (call.flag('json')) {
      const ses = listed === undefined ? {} : { accountList: listed.reason };
      out(JSON.stringify({ address: wire, recipientId, suppressions: now, history: past, ...ses }));
      return 0;
    }
    out(
      [
        renderTable(
          ['scope', 'reason', 'source', 'by', 'since', 'expires', 'evidence'],
          now.map((each) => [
            each.scope,
            each.reason,
            each.source,
            each.actor,
            each.at,
            each.inForce ? each.expires : `${each.expires} (over)`,
            each.evidence,
          ]),
        ),
        renderTable(
          ['when', 'what', 'scope', 'source', 'by', 'evidence'],
          past.map((each) => [
            each.at,
            whatOf(each),
            'scope' in each ? each.scope : undefined,
            each.source,
            'actor' in each ? each.actor : undefined,
            each.evidence,
          ]),
        ),
        ...(listed === undefined ? [] : [`On the account suppression list of SES: ${listed.reason}`]),
      ].join('\n\n'),
    );
    return 0;
  },
};

function timed<T extends Suppression | SuppressionChange>(each: T) {
  const expiresAtMs = 'expiresAtMs' in each ? each.expiresAtMs : undefined;
  return {
    ...each,
    at: formatTimestamp(each.atMs),
    ...(expiresAtMs === undefined ? {} : { expires: formatTimestamp(expiresAtMs) }),
  } as T & { readonly at: string; readonly expires?: string };
}

function whatOf(change: SuppressionChange): string {
  switch (change.kind) {
    case 'suppressed':
      return `suppressed: ${change.reason}`;
    case 'released':
      return change.only === undefined ? 'released' : 'unsubscribe taken back';
    case 'bounced':
      return `bounced: ${change.code}`;
  }
}
