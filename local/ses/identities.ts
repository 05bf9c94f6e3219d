import { domainOf, localPartOf } from './mailbox.ts';
import { SesError } from './ses-error.ts';

/** A domain or an address that may send. */
export interface Identity {
  readonly name: string;
  readonly type: 'DOMAIN' | 'EMAIL_ADDRESS';
  readonly verified: boolean;
}

export interface Identities {
  /** @throws SesError `AlreadyExistsException` when it exists. */
  create(name: string, verified: boolean): Identity;
  /** @throws SesError `NotFoundException` when it does not exist. */
  get(name: string): Identity;
  /** @throws SesError `NotFoundException` when it does not exist. */
  delete(name: string): void;
  list(): Identity[];
  /**
   * The verified identity that covers the address: the address itself (its plus-label aside), its
   * domain, or a parent of its domain.
   */
  verifiedFor(address: string): Identity | undefined;
}

export function createIdentities(): Identities {
  const byKey = new Map<string, Identity>();
  const existing = (name: string) => {
    const identity = byKey.get(keyOf(name));
    if (identity === undefined) {
      throw new SesError('NotFoundException', `Email identity ${name} does not exist.`);
    }
    return identity;
  };
  return {
    create(name, verified) {
      if (byKey.has(keyOf(name))) {
        throw new SesError('AlreadyExistsException', `Email identity ${name} already exists.`);
      }
      const identity: Identity = { name, type: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN', verified };
      byKey.set(keyOf(name), identity);
      return identity;
    },
    get: existing,
    delete(name) {
      existing(name);
      byKey.delete(keyOf(name));
    },
    list: () => [...byKey.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    verifiedFor(address) {
      const domain = domainOf(address);
      const unlabelled = `${localPartOf(address).replace(/\+.*$/, '')}@${domain}`;
      const labels = domain.split('.');
      const domains = labels.map((_, i) => labels.slice(i).join('.'));
      for (const key of [keyOf(address), unlabelled, ...domains]) {
        const identity = byKey.get(key);
        if (identity?.verified) return identity;
      }
      return undefined;
    },
  };
}

/** Domains compare without case, local parts with it. */
function keyOf(name: string): string {
  return name.includes('@') ? `${localPartOf(name)}@${domainOf(name)}` : domainOf(name);
}
