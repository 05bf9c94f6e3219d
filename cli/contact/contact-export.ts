import { contactsTable, type StoredContact } from '../../aws/contacts.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { isTopic } from '../../domain/contact/contact.ts';
import { contactColumns, contactFields } from '../../domain/contact/contact-line.ts';
import { isInForce, type SuppressionsByScope, suppressionOf } from '../../domain/suppression/suppression.ts';
import { type Command, pipelineOptions, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { exportTable } from '../csv-file.ts';

export const contactExport: Command = {
  name: 'contact export',
  summary:
    'Writes contacts as CSV, to a file or to standard output; with --topic those who get its mail, as an audience.',
  positionals: ['[FILE]'],
  options: {
    topic: {
      type: 'string',
      value: 'TOPIC',
      help: 'only who asked for it and may be mailed, with the consent to it',
    },
    ...pipelineOptions,
    json: { type: 'boolean', help: 'a line of JSON for each contact; with FILE, what was written to it' },
  },
  async run(call, terminal) {
    const [file] = call.positionals;
    const topic = call.text('topic');
    if (topic !== undefined && !isTopic(topic)) {
      throw new UsageError('--topic has small letters, digits and hyphens');
    }
    const { outputs } = await connect(call);
    const suppressions = suppressionsTable(outputs.SuppressionsTableName);
    async function* contacts(): AsyncGenerator<readonly string[]> {
      for await (const page of contactsTable(outputs.ContactsTableName).pages()) {
        const found = await suppressions.find(
          page.map(({ recipientId }) => recipientId),
          'eventual',
        );
        for (const contact of page) {
          const wanted = topicsWanted(contact, found.get(contact.recipientId) ?? {});
          if (topic === undefined || wanted.mailable.includes(topic)) {
            yield contactFields(contact.address, contact, wanted.all, topic);
          }
        }
      }
    }
    await exportTable(call, terminal, file, 'contacts', contactColumns, contacts());
    return 0;
  },
};

/** Topics that were not taken back, and those of them of which mail may be sent. */
function topicsWanted({ topics }: StoredContact, suppressions: SuppressionsByScope) {
  const nowMs = Date.now();
  const all = Object.keys(topics).filter((topic) => {
    const suppression = suppressions[`topic:${topic}`];
    return suppression === undefined || !isInForce(suppression, nowMs);
  });
  const mailable = all.filter(
    (topic) => suppressionOf(suppressions, { category: 'marketing', topic }, nowMs) === undefined,
  );
  return { all, mailable };
}
