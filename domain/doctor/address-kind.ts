import { providerOf } from '../bounce/provider.ts';

/** Mailboxes of a role, which nobody signed up with and several people read (RFC 2142 and customary ones). */
const roles =
  /^(?:abuse|admin|billing|contact|help|hostmaster|info|list|mail|marketing|no-?reply|noc|office|postmaster|privacy|root|sales|security|spam|support|webmaster)$/i;

/** Mailboxes that live for minutes: the services best known in Japan and elsewhere. */
const disposableDomains = new Set([
  '10minutemail.com',
  '1secmail.com',
  'dispostable.com',
  'fakeinbox.com',
  'getnada.com',
  'guerrillamail.com',
  'instaddr.ch',
  'instaddr.uk',
  'mailinator.com',
  'maildrop.cc',
  'mailnesia.com',
  'moakt.com',
  'sharklasers.com',
  'sute.jp',
  'temp-mail.org',
  'tempmail.com',
  'throwawaymail.com',
  'trashmail.com',
  'via.tokyo.jp',
  'yopmail.com',
]);

/** Large enough that a domain one letter away from them is a typing error. */
const largeDomains = [
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'gmail.com',
  'hotmail.co.jp',
  'hotmail.com',
  'icloud.com',
  'i.softbank.jp',
  'outlook.com',
  'outlook.jp',
  'softbank.ne.jp',
  'yahoo.co.jp',
  'yahoo.com',
];

/** Real domains that are one letter from a large one. */
const realNeighbours = new Set(['email.com', 'fmail.com', 'mail.com', 'rmail.com', 'ymail.com']);

export function isRole(localPart: string): boolean {
  return roles.test(localPart);
}

export function isDisposable(domain: string): boolean {
  return disposableDomains.has(domain);
}

/** @returns the domain that was meant, or undefined */
export function meantDomain(domain: string): string | undefined {
  if (realNeighbours.has(domain) || providerOf(`x@${domain}`, '', '') !== undefined) {
    return undefined;
  }
  return largeDomains.find((large) => large !== domain && oneEditApart(domain, large));
}

/** One letter more, less or other, or two next to each other swapped. */
function oneEditApart(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) {
    return false;
  }
  let i = 0;
  while (i < one.length && one[i] === other[i]) i++;
  const rest = one.slice(i);
  const wanted = other.slice(i);
  return (
    rest.slice(1) === wanted.slice(1) ||
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    (rest[0] === wanted[1] && rest[1] === wanted[0] && rest.slice(2) === wanted.slice(2))
  );
}
