import { organizationalDomain } from './organizational-domain.ts';

/** Header fields of a mail as it arrived: unfolded, in their order. */
export function headerFields(source: string): { readonly name: string; readonly value: string }[] {
  const [head = ''] = source.split(/\r?\n\r?\n/, 1);
  return head
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const at = line.indexOf(':');
      return at < 1
        ? []
        : [{ name: line.slice(0, at).trim().toLowerCase(), value: line.slice(at + 1).trim() }];
    });
}

export function fieldsNamed(source: string, name: string): string[] {
  return headerFields(source)
    .filter((field) => field.name === name)
    .map(({ value }) => value);
}

/** With what name a host greeted, and where it came from. */
export interface Greeting {
  readonly name: string;
  readonly ip: string;
}

/** Of the host that handed the mail to the receiver: its latest `Received` of a public address, `from NAME (PTR [IP])`. */
export function greetingOf(source: string): Greeting | undefined {
  for (const value of fieldsNamed(source, 'received')) {
    const [, name = '', ip = ''] =
      /^from\s+([a-z0-9.-]+\.[a-z]{2,})\s+\((?:[^()]*?[\s[])?\[?(?:IPv6:)?([0-9a-f.:]{3,})\]?\)/i.exec(
        value,
      ) ?? [];
    if (ip !== '' && !/^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd])/i.test(ip)) {
      return { name: name.toLowerCase(), ip };
    }
  }
  return undefined;
}

/** Names in `h=` of every DKIM signature whose domain is `domain` or above it. */
export function signedFields(source: string, domain: string): string[] | undefined {
  const ours = fieldsNamed(source, 'dkim-signature').filter((value) => {
    const signer = /(?:^|;)\s*d\s*=\s*([^;\s]+)/i.exec(value)?.[1]?.toLowerCase();
    return signer !== undefined && (domain === signer || domain.endsWith(`.${signer}`));
  });
  return ours.length === 0
    ? undefined
    : ours.flatMap((value) =>
        (/(?:^|;)\s*h\s*=\s*([^;]+)/i.exec(value)?.[1] ?? '')
          .split(':')
          .map((name) => name.trim().toLowerCase()),
      );
}

/**
 * Results of `Authentication-Results` (RFC 8601) by method: `{ spf: 'pass' }`; those of the receiver, which come first. Of signatures those of
 * the domain's organization count, since SES signs with its own domain as well.
 */
export function authenticationResults(
  source: string,
  domain: string,
): Readonly<Record<string, string>> | undefined {
  const [value] = fieldsNamed(source, 'authentication-results');
  if (value === undefined) {
    return undefined;
  }
  const results: Record<string, string> = {};
  for (const part of value.split(';')) {
    const [, method = '', result = ''] = /^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)/i.exec(part) ?? [];
    const name = method.toLowerCase();
    const signer = /\bheader\.(?:d|i)\s*=\s*"?(?:[^\s;"@]*@)?([^\s;"]+)/i.exec(part)?.[1]?.toLowerCase();
    if (name === '' || (name === 'dkim' && signer !== undefined && !isOfOrganization(signer, domain))) {
      continue;
    }
    // Of several signatures of ours one that passes is enough.
    results[name] = results[name] === 'pass' ? 'pass' : result.toLowerCase();
  }
  return results;
}

function isOfOrganization(name: string, domain: string): boolean {
  return organizationalDomain(name) === organizationalDomain(domain);
}
