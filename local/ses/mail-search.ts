import { InputError } from '../../domain/errors.ts';
import type { AcceptedMail } from './mail.ts';
import type { MailStore, StoredMail } from './mail-store.ts';
import { viewMail } from './mail-view.ts';

interface MailQuery {
  /** Part of an address, the subject, the text or a tag; case does not matter. */
  readonly q?: string;
  /** A recipient's whole address; case does not matter. */
  readonly to?: string;
  readonly limit: number;
  /** SES id of the last mail of the page before. */
  readonly after?: string;
}

export interface MailPage {
  /** Of all pages. */
  readonly total: number;
  /** Newest first. */
  readonly mails: readonly StoredMail[];
  readonly hasMore: boolean;
}

export type MailSearch = (query: MailQuery) => Promise<MailPage>;

/** Looks through the inbox; for mails kept only as a summary, the text is not searched. */
export function createMailSearch(store: MailStore, region: string): MailSearch {
  const rawTexts = new WeakMap<AcceptedMail, string>();

  /** A raw mail is parsed once, when it is first searched. */
  const textOf = async (mail: AcceptedMail): Promise<string> => {
    if (mail.content.kind === 'simple') return mail.content.text ?? mail.content.html ?? '';
    const known = rawTexts.get(mail);
    if (known !== undefined) return known;
    const { text, html } = await viewMail(mail, region);
    rawTexts.set(mail, text ?? html ?? '');
    return text ?? html ?? '';
  };

  const matches = async (stored: StoredMail, words: string, to: string): Promise<boolean> => {
    if (to !== '' && !stored.recipients.some((address) => address.toLowerCase() === to)) return false;
    if (words === '' || summaryText(stored).includes(words)) return true;
    return stored.mail !== undefined && (await textOf(stored.mail)).toLowerCase().includes(words);
  };

  return async ({ q = '', to = '', limit, after }) => {
    if (after !== undefined && store.get(after) === undefined) {
      throw new InputError('unknown-mail', 'after', 'after is the id of no mail in this inbox');
    }
    const mails: StoredMail[] = [];
    let total = 0;
    let reached = after === undefined;
    let hasMore = false;
    for (const stored of store.inbox()) {
      if (await matches(stored, q.toLowerCase(), to.toLowerCase())) {
        total++;
        if (reached && mails.length < limit) mails.push(stored);
        else if (reached) hasMore = true;
      }
      if (stored.messageId === after) reached = true;
    }
    return { total, mails, hasMore };
  };
}

function summaryText({ from, recipients, subject, tags }: StoredMail): string {
  const words = [from, ...recipients, subject, ...tags.map(([name, value]) => `${name}=${value}`)];
  return words.join('\n').toLowerCase();
}
