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
