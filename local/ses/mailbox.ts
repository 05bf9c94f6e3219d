import { addressParser, decodeWords } from 'postal-mime';
import type { Mailbox } from './mail.ts';
import { SesError } from './ses-error.ts';

const BARE_ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL_OR_WHITESPACE = /[\x00-\x20\x7f]/;

/**
 * Reads a member that holds exactly one RFC 5322 mailbox.
 *
 * @throws SesError with the message that SES gives for the same mistake.
 */
export function parseMailbox(field: string): Mailbox {
  if (BARE_ADDRESS.test(field)) return checked({ name: '', address: field });
  const [mailbox, ...others] = parseMailboxes(field);
  if (mailbox === undefined || others.length > 0)
    throw new SesError('BadRequestException', 'Illegal address');
  return mailbox;
}

/** Reads a To, Cc or Bcc field of a raw mail: any number of mailboxes, groups flattened. */
export function parseMailboxes(field: string): Mailbox[] {
  return addressParser(field, { flatten: true }).map((entry) =>
    checked({ name: decodeWords(entry.name), address: entry.address ?? '' }),
  );
}

/** Form for a header or an event: `Name <address>`, the name as people read it. */
export function formatMailbox({ name, address }: Mailbox): string {
  if (name === '') return address;
  return /[",;:<>()@[\]\\]/.test(name)
    ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`
    : `${name} <${address}>`;
}

/** In lower case, without its last dot. */
export function domainOf(address: string): string {
  return address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .replace(/\.$/, '');
}

export function localPartOf(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

function checked(mailbox: Mailbox): Mailbox {
  const problem = addressProblem(mailbox.address);
  if (problem !== undefined) throw new SesError('BadRequestException', problem);
  return mailbox;
}

function addressProblem(address: string): string | undefined {
  if (!address.includes('@')) return "Missing final '@domain'";
  const localPart = localPartOf(address);
  const domain = domainOf(address);
  if (localPart === '') return 'Missing local name';
  if (CONTROL_OR_WHITESPACE.test(localPart)) return 'Local address contains control or whitespace';
  // SES has no SMTPUTF8: the local part is 7-bit, a domain is in Punycode.
  if (!/^[\x21-\x7e]+$/.test(localPart)) return 'Local address contains illegal character';
  if (domain === '') return 'Missing domain';
  if (CONTROL_OR_WHITESPACE.test(domain)) return 'Domain contains control or whitespace';
  if (domain.startsWith('.')) return 'Domain starts with dot';
  if (domain.includes('..')) return 'Domain contains dot-dot';
  if (!/^[a-z0-9.-]+$/.test(domain)) return 'Domain contains illegal character';
  return undefined;
}
