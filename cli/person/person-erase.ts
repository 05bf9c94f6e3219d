import { accountSuppressionList } from '../../aws/account-suppression-list.ts';
import { contactsTable } from '../../aws/contacts.ts';
import { erasuresTable } from '../../aws/erasures.ts';
import { recipientRows } from '../../aws/recipient-rows.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { tokenKeys } from '../../aws/token-keys.ts';
import { erasureMark, suppressionsLeft } from '../../domain/suppression/erasure.ts';
import { addressOf } from '../address-argument.ts';
import { type Command, CommandError, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { readErased } from '../erased.ts';
import { otherPlaces } from './person-places.ts';
import { personRows } from './person-rows.ts';

export const personErase: Command = {
  name: 'person erase',
  summary: 'Forgets the owner of an address (GDPR, article 17); what was suppressed stays suppressed.',
  positionals: ['ADDRESS'],
  options: {
    yes: { type: 'boolean', help: 'do it: what is erased cannot be brought back' },
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const { wire, recipientId } = addressOf(call.positionals[0] ?? '');
    if (!call.flag('yes')) {
      throw new CommandError(
        `this erases all that is known of ${wire} but that no marketing is wanted; repeat with --yes`,
      );
    }
    const { outputs } = await connect(call);
    const suppressions = suppressionsTable(outputs.SuppressionsTableName);
    const nowMs = Date.now();
    const [found, erased, keys] = await Promise.all([
      suppressions.get(recipientId),
      readErased(outputs),
      tokenKeys(outputs.UnsubscribeKeysSecretArn, Date.now)(),
    ]);
    // First the mark, so that there is no moment without a suppression; every step may be repeated.
    const left = suppressionsLeft({ ...erased.of(recipientId), ...found?.suppressions }, nowMs);
    await erasuresTable(outputs.SuppressionsTableName).put(erasureMark(keys, recipientId), left);
    const rows = recipientRows(outputs.DeliveriesTableName);
    let deliveries = 0;
    for await (const row of personRows(outputs, recipientId)) {
      await rows.anonymise(row, nowMs);
      deliveries++;
    }
    const removedFromSes = await accountSuppressionList().remove(wire);
    const contact = await contactsTable(outputs.ContactsTableName).forget(recipientId);
    await suppressions.forget(recipientId);
    const scopes = Object.keys(left);
    if (call.flag('json')) {
      out(JSON.stringify({ deliveries, contact, removedFromSes, stillSuppressed: scopes }));
      return 0;
    }
    out(
      `erased from ${deliveries} deliveries${contact ? ' and the contacts' : ''}; still suppressed: ${scopes.join(', ')}`,
    );
    for (const [place, what] of Object.entries(otherPlaces(outputs.BucketName))) {
      err(`not touched: ${place}: ${what}`);
    }
    return 0;
  },
};
