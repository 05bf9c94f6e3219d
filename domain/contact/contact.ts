/** Why somebody may be mailed about a topic: who said so, when, and on what it rests. */
export interface TopicConsent {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** `cli`, `import`. */
  readonly source: string;
  /** Who wrote it down, where that was a person. */
  readonly actor?: string;
  /** What proves it: the form, the address of the page, a case number. */
  readonly evidence?: string;
}

/** What an owner of an address asked for. That somebody does not want a topic is a suppression and stands there only. */
export interface Contact {
  /** Topics that they asked for. */
  readonly topics: Readonly<Record<string, TopicConsent>>;
  readonly preferences: ContactPreferences;
}

export interface ContactPreferences {
  /** Display name. */
  readonly name?: string;
  /** BCP 47 tag. */
  readonly locale?: string;
  /** IANA name. */
  readonly timeZone?: string;
}

export const emptyContact: Contact = { topics: {}, preferences: {} };

/**
 * A consent that is there already stays, with its own evidence: asking twice proves nothing more.
 *
 * @param renews - A later one takes its place.
 */
export function withTopic(contact: Contact, topic: string, consent: TopicConsent, renews: boolean): Contact {
  const known = Object.hasOwn(contact.topics, topic) ? contact.topics[topic] : undefined;
  return known !== undefined && !(renews && consent.atMs > known.atMs)
    ? contact
    : { ...contact, topics: { ...contact.topics, [topic]: consent } };
}

export function withoutTopic(contact: Contact, topic: string): Contact {
  if (!Object.hasOwn(contact.topics, topic)) {
    return contact;
  }
  const { [topic]: _, ...topics } = contact.topics;
  return { ...contact, topics };
}

/** Those that are given replace those there are. */
export function withPreferences(contact: Contact, given: ContactPreferences): Contact {
  const preferences = { ...contact.preferences, ...given };
  const isSame = Object.entries(given).every(
    ([name, value]) => contact.preferences[name as keyof ContactPreferences] === value,
  );
  return isSame ? contact : { ...contact, preferences };
}

/** Names of topics, as scopes of suppressions have them. */
export function isTopic(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(text);
}
