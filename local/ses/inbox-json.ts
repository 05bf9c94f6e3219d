import type { StoredMail } from './mail-store.ts';
import type { MailView } from './mail-view.ts';

/** A mail in the list. */
export function summaryJson(stored: StoredMail) {
  return {
    messageId: stored.messageId,
    acceptedAt: new Date(stored.acceptedAtMs).toISOString(),
    from: stored.from,
    to: stored.recipients,
    subject: stored.subject,
    tags: Object.fromEntries(stored.tags),
    configurationSet: stored.configurationSetName ?? null,
    outcome: stored.outcome,
    hasAttachments: stored.hasAttachments,
  };
}

/** A mail with all that is kept of it. */
export function wholeJson(stored: StoredMail, view: MailView | undefined) {
  return {
    ...summaryJson(stored),
    /** False: only the summary is kept, and the rest is empty. */
    contentKept: view !== undefined,
    headers: view?.headers ?? [],
    html: view?.html ?? null,
    text: view?.text ?? null,
    attachments: (view?.attachments ?? []).map(({ name, type, content }) => ({
      name,
      type,
      size: content.length,
    })),
    events: stored.events.map(({ type, atMs, recipients, detail }) => ({
      type,
      at: new Date(atMs).toISOString(),
      recipients,
      detail,
    })),
  };
}
