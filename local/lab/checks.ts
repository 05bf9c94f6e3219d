import { valuesOf } from '../ses/raw-mail.ts';
import type { Examined } from './examination.ts';
import { type Check, dkimAligned, dkimPasses, type Reply, spfPasses } from './persona.ts';

/** Answers with what it is given when the mail is so. */
export function when<Seen>(isSo: (seen: Seen) => boolean, reply: (seen: Seen) => Reply): Check<Seen> {
  return (seen) => (isSo(seen) ? reply(seen) : undefined);
}

export function hasNoHostName({ client }: Examined): boolean {
  return client.hostName === undefined;
}

export function cameInTheOpen({ client }: Examined): boolean {
  return !client.encrypted;
}

export function isUnauthenticated(mail: Examined): boolean {
  return !spfPasses(mail) && !dkimPasses(mail);
}

/** Gmail's bulk rules ask for SPF and DKIM "for your domain"; SES's own signature is not that. */
export function lacksOwnDkim(mail: Examined): boolean {
  return !dkimAligned(mail);
}

export function failsSpf(mail: Examined): boolean {
  return !spfPasses(mail);
}

export function failsDmarc({ dmarc }: Examined): boolean {
  return dmarc.result === 'fail';
}

export function isRejectedByDmarc({ dmarc }: Examined): boolean {
  return dmarc.result === 'fail' && dmarc.policy === 'reject';
}

export function isQuarantinedByDmarc({ dmarc }: Examined): boolean {
  return dmarc.result === 'fail' && dmarc.policy === 'quarantine';
}

export function hasNoDmarcRecord({ dmarc }: Examined): boolean {
  return dmarc.result === 'none';
}

/** RFC 5322 §3.6: exactly one From, here with exactly one address. */
export function hasOddFrom({ headers, fromAddresses }: Examined): boolean {
  return valuesOf(headers, 'from').length !== 1 || fromAddresses.length !== 1;
}

/** RFC 5322 §3.6: exactly one Date, and at most one of the others that matter. */
export function hasOddFields({ headers }: Examined): boolean {
  return (
    valuesOf(headers, 'date').length !== 1 ||
    ['to', 'subject', 'message-id'].some((name) => valuesOf(headers, name).length > 1)
  );
}

/** RFC 5322 §3.6.4: it need not be there, but receivers of bulk mail ask for it. */
export function hasNoMessageId({ headers }: Examined): boolean {
  const [value = ''] = valuesOf(headers, 'message-id');
  return !/^<[^<>@\s]+@[^<>@\s]+>$/.test(value);
}
