import { hash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { InputError } from './errors.ts';

/** One mailbox, in the forms that sending and bookkeeping need. */
export interface Address {
  /** As given, without surrounding white space: what people see. */
  readonly raw: string;
  /** RFC 5321 Mailbox as handed to SES: quoted where its local part needs it, domain in lower-case Punycode. */
  readonly wire: string;
  readonly domain: string;
  /** Key of this mailbox in every table and log line; see {@link recipientIdOf}. */
  readonly recipientId: string;
}

/** RFC 5321 §4.5.3.1.1, §4.5.3.1.3 (a path of 256 octets less its angle brackets) and RFC 1035 §2.3.4. */
const limits = { localPartOctets: 64, addressOctets: 254, labelOctets: 63 };

const dotAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const atomCharacters = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/;
const quotedString = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"$/;
const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * Carriers that issued local parts with dots where RFC 5322 allows none (`a..b@`, `.a@`, `a.@`) until about 2009.
 * Those mailboxes exist: their local parts are quoted. Elsewhere such an address is a typing error.
 */
const carriersWithStrayDots = new Set([
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'au.com',
  'softbank.ne.jp',
  'i.softbank.jp',
  'vodafone.ne.jp',
]);

/** An audience has millions of addresses at a few thousand domains. */
const knownDomains = new Map<string, string>();
const maxKnownDomains = 10_000;

/**
 * Parses one RFC 5321 Mailbox. Local parts are 7-bit, since SES has no SMTPUTF8; domains may be Unicode.
 *
 * @param field - Where the text came from, for the error: `recipient.address`.
 * @throws InputError `address-syntax`, `address-too-long`, `address-not-ascii`, `address-domain`
 */
export function parseAddress(text: string, field: string): Address {
  const mailbox = parseMailbox(text, field);
  return { ...mailbox, recipientId: recipientIdOf(mailbox.wire) };
}

/** {@link parseAddress} for millions of addresses, of whom something else than the id is wanted. */
export function parseMailbox(text: string, field: string): Omit<Address, 'recipientId'> {
  const raw = text.trim();
  const at = raw.lastIndexOf('@');
  if (at < 1 || at === raw.length - 1) {
    throw new InputError('address-syntax', field, `${field} is not of the form local-part@domain`);
  }
  const domain = parseDomain(raw.slice(at + 1), field);
  const rawLocalPart = raw.slice(0, at);
  const localPart = wireLocalPart(rawLocalPart, domain, field);
  if (localPart.length > limits.localPartOctets) {
    throw new InputError(
      'address-too-long',
      field,
      `${field}: local part is ${localPart.length} octets; RFC 5321 §4.5.3.1.1 allows ${limits.localPartOctets}`,
    );
  }
  const same = localPart === rawLocalPart && raw.endsWith(domain);
  const wire = same ? raw : `${localPart}@${domain}`;
  if (wire.length > limits.addressOctets) {
    throw new InputError(
      'address-too-long',
      field,
      `${field} is ${wire.length} octets; RFC 5321 §4.5.3.1.3 allows ${limits.addressOctets}`,
    );
  }
  return { raw, wire, domain };
}

function parseDomain(text: string, field: string): string {
  const known = knownDomains.get(text);
  if (known !== undefined) {
    return known;
  }
  // The URL parser behind domainToASCII decodes %61, drops tabs and line ends, and cuts off what looks like a path.
  const domain = /[\s%/?#\\]/.test(text) ? '' : domainToASCII(text).toLowerCase();
  const labels = domain.split('.');
  const wrong =
    labels.length < 2 ||
    labels.some((part) => !label.test(part) || part.length > limits.labelOctets) ||
    /^\d+$/.test(labels.at(-1) ?? '');
  if (wrong) {
    throw new InputError(
      'address-domain',
      field,
      `${field}: what follows @ is not a fully qualified domain name`,
    );
  }
  if (domain === text && knownDomains.size < maxKnownDomains) {
    // Not `text`: as a slice it would keep all of the text that it was cut out of.
    knownDomains.set(domain, domain);
  }
  return domain;
}

function wireLocalPart(localPart: string, domain: string, field: string): string {
  if (dotAtom.test(localPart) || quotedString.test(localPart)) {
    return localPart;
  }
  if (/[^\x20-\x7e]/.test(localPart)) {
    throw new InputError(
      'address-not-ascii',
      field,
      `${field}: local part has characters outside printable ASCII, which SES cannot send to`,
    );
  }
  if (atomCharacters.test(localPart) && carriersWithStrayDots.has(domain)) {
    return `"${localPart}"`;
  }
  throw new InputError('address-syntax', field, `${field}: local part is not a dot-atom (RFC 5322 §3.4.1)`);
}

/**
 * Names a mailbox without showing it: 132 bits of SHA-256 over the wire form in lower case. Case is folded since no
 * provider tells mailboxes apart by it, and somebody who unsubscribed as `Taro@` must not be mailed as `taro@`.
 */
export function recipientIdOf(wire: string): string {
  return hash('sha256', wire.toLowerCase(), 'base64url').slice(0, 22);
}
