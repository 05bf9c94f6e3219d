import { getDomain } from 'tldts';

/** Registered domain by the Public Suffix List: `mail.example.co.jp` → `example.co.jp`; a name that has none stays as it is. */
export function organizationalDomain(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}

/** The domain and its parents up to the organizational one, longest first. */
export function upToOrganization(domain: string): string[] {
  const organization = organizationalDomain(domain);
  const labels = domain.split('.');
  return labels
    .map((_, i) => labels.slice(i).join('.'))
    .filter((name) => name === organization || name.endsWith(`.${organization}`));
}

/** Whether one name is the other or stands below it. */
export function isWithin(name: string, parent: string): boolean {
  return name === parent || name.endsWith(`.${parent}`);
}
