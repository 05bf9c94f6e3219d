import { createHash } from 'node:crypto';

/** HTML of mails that a page shows or showed a moment ago, in memory only. */
export interface KeptMails {
  /** @returns the id that the HTML is found under; the same HTML has the same id. */
  readonly keep: (html: string) => string;
  readonly get: (id: string) => string | undefined;
}

/** @param most - How many are kept; the one used longest ago goes first. */
export function keepMails(most: number): KeptMails {
  const mails = new Map<string, string>();
  const touch = (id: string, html: string): void => {
    mails.delete(id);
    mails.set(id, html);
  };
  return {
    keep(html) {
      const id = createHash('sha256').update(html).digest('hex').slice(0, 32);
      touch(id, html);
      for (const oldest of mails.keys()) {
        if (mails.size <= most) break;
        mails.delete(oldest);
      }
      return id;
    },
    get(id) {
      const html = mails.get(id);
      if (html !== undefined) touch(id, html);
      return html;
    },
  };
}
