import { isDeepStrictEqual } from 'node:util';

/** What SES said of the sending identity; the words are those of its API. */
export interface AuthenticationState {
  readonly verified: boolean;
  /** `SUCCESS`, `PENDING`, `FAILED`, `TEMPORARY_FAILURE`, `NOT_STARTED`. */
  readonly dkim: string;
  /** Absent where mail goes out under the envelope domain of SES. */
  readonly mailFromDomain?: string;
  readonly mailFrom?: string;
}

/** A state, and from when on it was seen. */
export interface SeenAuthentication extends AuthenticationState {
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

/** Changes are rare; so many fit into one item with ease. */
const mostChanges = 100;

/** Adds what was seen now. @returns the same history where nothing has changed */
export function withSeen(
  history: readonly SeenAuthentication[],
  state: AuthenticationState,
  nowMs: number,
): readonly SeenAuthentication[] {
  const { sinceMs: _, ...last } = history.at(-1) ?? { sinceMs: 0 };
  return isDeepStrictEqual(last, state)
    ? history
    : [...history, { ...state, sinceMs: nowMs }].slice(-mostChanges);
}

/** How it was at a time; undefined before anybody looked. */
export function authenticationAt(
  history: readonly SeenAuthentication[],
  atMs: number,
): SeenAuthentication | undefined {
  return history.findLast(({ sinceMs }) => sinceMs <= atMs);
}
