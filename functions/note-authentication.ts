import type { AuthenticationHistories } from '../aws/authentication-history.ts';
import type { ReadMailRecords } from '../aws/mail-records.ts';
import { type AuthenticationState, withSeen } from '../domain/verdict/authentication.ts';

export interface NoteAuthenticationPorts {
  readonly histories: AuthenticationHistories;
  /** Asks SES how it stands with the identity. */
  readonly readAuthentication: (mailDomain: string) => Promise<AuthenticationState>;
  /** Asks the DNS. */
  readonly readMailRecords: ReadMailRecords;
  readonly mailDomain: string;
  readonly nowMs: () => number;
}

/**
 * Remembers how it stands with the sending identity, in SES and in the DNS, when that has changed: whoever asks why a mail was refused wants to know how it was
 * then. Should somebody else write at the same time, it is looked at again a minute later.
 */
export async function noteAuthentication(ports: NoteAuthenticationPorts): Promise<void> {
  const { histories, readAuthentication, readMailRecords, mailDomain, nowMs } = ports;
  const said = await readAuthentication(mailDomain);
  const records = await readMailRecords(mailDomain, said.mailFromDomain);
  const state = { ...said, ...(records === undefined ? {} : { records }) };
  const { seen, version } = await histories.read(mailDomain);
  const next = withSeen(seen, state, nowMs());
  if (next !== seen) {
    await histories.write(mailDomain, { seen: next, version });
  }
}
