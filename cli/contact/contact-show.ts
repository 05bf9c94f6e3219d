import { contactsTable } from '../../aws/contacts.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import type { Address } from '../../domain/address.ts';
import type { TopicConsent } from '../../domain/contact/contact.ts';
import { isInForce, type Suppression } from '../../domain/suppression/suppression.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { addressOf } from '../address-argument.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { renderTable } from '../table.ts';

/** What somebody wants: of each topic, and what is stopped altogether. */
export interface ShownContact {
  readonly address: string;
  readonly recipientId: string;
  readonly preferences: Readonly<Record<string, string>>;
  readonly topics: readonly {
    readonly topic: string;
    readonly subscribed: boolean;
    readonly since: string;
    readonly source: string;
    readonly by?: string;
    readonly evidence?: string;
  }[];
  /** Wider scopes that stop mail, whatever the topics say. */
  readonly stopped: readonly string[];
}

export const contactShow: Command = {
  name: 'contact show',
  summary: 'Shows the topics and preferences of the owner of an address, and on what they rest.',
  positionals: ['ADDRESS'],
  options: pipelineOptions,
  async run(call, { out }) {
    const address = addressOf(call.positionals[0] ?? '');
    const { outputs } = await connect(call);
    const contact = await contactIn(outputs, address);
    out(call.flag('json') ? JSON.stringify(contact) : renderContact(contact));
    return 0;
  },
};

export async function contactIn(
  outputs: StackOutputs,
  { wire, recipientId }: Pick<Address, 'wire' | 'recipientId'>,
): Promise<ShownContact> {
  const [contact, suppressed] = await Promise.all([
    contactsTable(outputs.ContactsTableName).get(recipientId),
    suppressionsTable(outputs.SuppressionsTableName).get(recipientId),
  ]);
  const inForce = Object.entries(suppressed?.suppressions ?? {}).filter(
    (entry): entry is [string, Suppression] => entry[1] !== undefined && isInForce(entry[1], Date.now()),
  );
  const no = new Map(
    inForce
      .filter(([scope]) => scope.startsWith('topic:'))
      .map(([scope, each]) => [scope.slice('topic:'.length), each]),
  );
  const yes = Object.entries(contact?.topics ?? {}).filter(([topic]) => !no.has(topic));
  return {
    address: wire,
    recipientId,
    preferences: { ...contact?.preferences },
    topics: [
      ...yes.map(([topic, consent]) => told(topic, true, consent)),
      ...[...no].map(([topic, suppression]) => told(topic, false, suppression)),
    ].sort((one, other) => (one.topic < other.topic ? -1 : 1)),
    stopped: inForce.map(([scope]) => scope).filter((scope) => !scope.startsWith('topic:')),
  };
}

function told(topic: string, subscribed: boolean, { atMs, source, actor, evidence }: TopicConsent) {
  return {
    topic,
    subscribed,
    since: formatTimestamp(atMs),
    source,
    ...(actor === undefined ? {} : { by: actor }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

export function renderContact({ address, preferences, topics, stopped }: ShownContact): string {
  return [
    renderTable(['contact', address], Object.entries(preferences)),
    renderTable(
      ['topic', 'wanted', 'since', 'source', 'by', 'evidence'],
      topics.map(({ topic, subscribed, since, source, by, evidence }) => [
        topic,
        subscribed ? 'on' : 'off',
        since,
        source,
        by,
        evidence,
      ]),
    ),
    ...(stopped.length === 0 ? [] : [`All the same no mail: ${stopped.join(', ')}`]),
  ].join('\n\n');
}
