import { accountSuppressionList } from '../../aws/account-suppression-list.ts';
import { contactsTable } from '../../aws/contacts.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { emptyRecord } from '../../domain/suppression/suppression-record.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { addressOf } from '../address-argument.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { readErased } from '../erased.ts';
import { otherPlaces } from './person-places.ts';
import { personRows } from './person-rows.ts';

export const personExport: Command = {
  name: 'person export',
  summary: 'Prints as JSON all that is known of the owner of an address (GDPR, article 15).',
  positionals: ['ADDRESS'],
  options: { stack: pipelineOptions.stack },
  async run(call, { out }) {
    const { wire, recipientId } = addressOf(call.positionals[0] ?? '');
    const { outputs } = await connect(call);
    const [found, contact, erased, accountList] = await Promise.all([
      suppressionsTable(outputs.SuppressionsTableName).get(recipientId),
      contactsTable(outputs.ContactsTableName).get(recipientId),
      readErased(outputs),
      accountSuppressionList().get(wire),
    ]);
    const deliveries: unknown[] = [];
    for await (const row of personRows(outputs, recipientId)) {
      deliveries.push(row);
    }
    const { suppressions, history } = found ?? emptyRecord;
    out(
      JSON.stringify(
        {
          address: wire,
          recipientId,
          exportedAt: formatTimestamp(Date.now()),
          suppressions,
          history,
          contact: contact ?? null,
          erased: erased.of(recipientId) ?? null,
          accountSuppressionListOfSes: accountList ?? null,
          deliveries,
          notIncluded: otherPlaces(outputs.BucketName),
        },
        null,
        2,
      ),
    );
    return 0;
  },
};
