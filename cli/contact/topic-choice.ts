import { contactsTable } from '../../aws/contacts.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import {
  type ContactPreferences,
  type TopicConsent,
  withoutTopic,
  withPreferences,
  withTopic,
} from '../../domain/contact/contact.ts';
import type { SuppressionScope } from '../../domain/suppression/suppression.ts';
import type { SuppressionRecord } from '../../domain/suppression/suppression-record.ts';

/** What somebody asked for, as one call or row says it. */
export interface Choice {
  readonly recipientId: string;
  readonly address: string;
  readonly preferences: ContactPreferences;
  /** Whether they want it. */
  readonly topics: ReadonlyMap<string, boolean>;
  /** Of every topic that is wanted. */
  readonly consent: TopicConsent;
  /** Whether the consent takes the place of an older one. */
  readonly renews: boolean;
}

/** What becomes of suppressions of a topic. */
type Change = (record: SuppressionRecord, scope: SuppressionScope) => SuppressionRecord;

/**
 * Writes a choice down. A "no" becomes a suppression, the only place where it stands; that comes first, so that whatever happens after
 * it nobody is mailed who said no.
 *
 * @returns whether anything changed
 */
export async function keepChoice(
  outputs: StackOutputs,
  { recipientId, address, preferences, topics, consent, renews }: Choice,
  changes: { readonly wanted: Change; readonly unwanted: Change },
): Promise<boolean> {
  const recipient = { recipientId, address };
  const { before, after } = await suppressionsTable(outputs.SuppressionsTableName).change(
    recipient,
    (record) =>
      [...topics].reduce(
        (kept, [topic, isWanted]) => changes[isWanted ? 'wanted' : 'unwanted'](kept, `topic:${topic}`),
        record,
      ),
  );
  const changed = await contactsTable(outputs.ContactsTableName).change(recipient, Date.now(), (contact) =>
    [...topics].reduce(
      (kept, [topic, isWanted]) =>
        isWanted ? withTopic(kept, topic, consent, renews) : withoutTopic(kept, topic),
      withPreferences(contact, preferences),
    ),
  );
  return changed || after !== before;
}
