import { isDeepStrictEqual } from 'node:util';

/** What receivers look up of a sender; empty where there is no such record. */
export interface MailRecords {
  /** Of the From domain. */
  readonly spf: string;
  /** That applies to the From domain. */
  readonly dmarc: string;
  /** Of the envelope domain; absent where that is SES's. */
  readonly mailFromSpf?: string;
}

/** What SES said of the sending identity, in the words of its API, and what the DNS had. */
export interface AuthenticationState {
  readonly verified: boolean;
  /** `SUCCESS`, `PENDING`, `FAILED`, `TEMPORARY_FAILURE`, `NOT_STARTED`. */
  readonly dkim: string;
  /** Absent where mail goes out under the envelope domain of SES. */
  readonly mailFromDomain?: string;
  readonly mailFrom?: string;
  /** Absent where the DNS was not asked, or did not answer so far. */
  readonly records?: MailRecords;
}

/** A state, and from when on it was seen. */
export interface SeenAuthentication extends AuthenticationState {
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

/** Changes are rare; so many fit into one item with ease. */
const mostChanges = 100;

/** Adds what was seen now; records that could not be read are taken to be as they were. @returns the same history where nothing has changed */
export function withSeen(
  history: readonly SeenAuthentication[],
  state: AuthenticationState,
  nowMs: number,
): readonly SeenAuthentication[] {
  const { sinceMs: _, ...last }: Partial<SeenAuthentication> = history.at(-1) ?? {};
  const { records = last.records, ...said } = state;
  const next = { ...said, ...(records === undefined ? {} : { records }) };
  return isDeepStrictEqual(last, next)
    ? history
    : [...history, { ...next, sinceMs: nowMs }].slice(-mostChanges);
}

/** How it was at a time; undefined before anybody looked. */
export function authenticationAt(
  history: readonly SeenAuthentication[],
  atMs: number,
): SeenAuthentication | undefined {
  return history.findLast(({ sinceMs }) => sinceMs <= atMs);
}
