/** What a campaign has SES report of its recipients' doing. */
export const trackable = ['opens', 'clicks'] as const;

export type Tracked = (typeof trackable)[number];

/** Milliseconds after its acceptance by SES in which nobody reads a mail: what is opened or followed so soon was by a program. */
const leastHumanMs = 10_000;

/** Two links within so many milliseconds are no person's doing. */
const leastBetweenLinksMs = 2_000;

/** Whether a mail was opened or followed sooner than a person can. @param sentMs - When SES accepted it. */
export function isTooSoon(atMs: number, sentMs: number): boolean {
  return atMs - sentMs < leastHumanMs;
}

/** One link of a mail that was followed. */
export interface LinkFollowed {
  readonly sesMessageId: string;
  readonly linkId?: string | undefined;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** The mails of which several links were followed at once, as scanners do. */
export function scannedMails(followed: readonly LinkFollowed[]): ReadonlySet<string> {
  const last = new Map<string, LinkFollowed>();
  const scanned = new Set<string>();
  for (const link of followed.toSorted((one, other) => one.atMs - other.atMs)) {
    const before = last.get(link.sesMessageId);
    if (
      before !== undefined &&
      before.linkId !== link.linkId &&
      link.atMs - before.atMs < leastBetweenLinksMs
    ) {
      scanned.add(link.sesMessageId);
    }
    last.set(link.sesMessageId, link);
  }
  return scanned;
}

/** A link's opening tag; a quoted value may hold a `>`. */
const linkTag = /<a(?=\s)(?:[^>"']|"[^"]*"|'[^']*')*>/gi;

/**
 * Marks the links to a URL so that SES leaves them as they are: an unsubscribe must work when nothing else does, and is nobody's
 * business to count.
 *
 * @param url - As it stands in an attribute.
 */
export function withoutTracking(html: string, url: string): string {
  const values = [`"${url}"`, `'${url}'`];
  return html.replace(linkTag, (tag) =>
    values.some((value) => tag.includes(value)) ? `${tag.slice(0, 2)} ses:no-track${tag.slice(2)}` : tag,
  );
}
