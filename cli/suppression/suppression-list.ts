import { type SuppressedRecipient, suppressionsTable } from '../../aws/suppressions.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { addressOf } from '../address-argument.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { renderTable } from '../table.ts';

export const suppressionList: Command = {
  name: 'suppression list',
  summary: 'Shows who is not mailed, what not, and why; with an address only that one.',
  positionals: ['[ADDRESS]'],
  options: pipelineOptions,
  async run(call, { out }) {
    const { outputs } = await connect(call);
    const suppressions = suppressionsTable(outputs.SuppressionsTableName);
    const [address] = call.positionals;
    const recipients: SuppressedRecipient[] = [];
    if (address === undefined) {
      for await (const recipient of suppressions.list()) {
        recipients.push(recipient);
      }
    } else {
      const recipient = await suppressions.get(addressOf(address).recipientId);
      recipients.push(...(recipient === undefined ? [] : [recipient]));
    }
    const rows = recipients.flatMap(({ recipientId, address: wire, suppressions: byScope }) =>
      Object.entries(byScope).flatMap(([scope, suppression]) =>
        suppression === undefined
          ? []
          : [
              {
                recipientId,
                address: wire,
                scope,
                ...suppression,
                at: formatTimestamp(suppression.atMs),
                ...(suppression.expiresAtMs === undefined
                  ? {}
                  : { expires: formatTimestamp(suppression.expiresAtMs) }),
              },
            ],
      ),
    );
    out(
      call.flag('json')
        ? JSON.stringify(rows)
        : renderTable(
            ['address', 'scope', 'reason', 'source', 'since', 'expires', 'evidence'],
            rows.map((row) => [
              row.address ?? row.recipientId,
              row.scope,
              row.reason,
              row.source,
              row.at,
              row.expires,
              row.evidence,
            ]),
          ),
    );
    return 0;
  },
};
