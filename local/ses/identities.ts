import { domainOf, localPartOf } from './mailbox.ts';
import { SesError } from './ses-error.ts';

/** A domain or an address that may send. */
export interface Identity extends IdentityState {
  readonly name: string;
  readonly type: 'DOMAIN' | 'EMAIL_ADDRESS';
}

/** What changes about an identity: by calls, and where SES would look at the DNS by the operator's switch. */
export interface IdentityState {
  readonly verified: boolean;
  readonly signingEnabled: boolean;
  readonly dkimStatus: 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';
  readonly signingAttributesOrigin: 'AWS_SES' | 'EXTERNAL';
  /** Labels below `_domainkey`. */
  readonly dkimTokens: readonly string[];
  /** Bits of the RSA key. */
  readonly signingKeyBits: 1024 | 2048;
  /** RFC 5321 MAIL FROM domain; empty is SES's own. */
  readonly mailFromDomain: string;
  readonly mailFromStatus: 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE';
  readonly behaviorOnMxFailure: 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';
}

/** Tokens of Easy DKIM. Those of SES are random; these stay the same, so that a zone can be written for them. */
export const easyDkimTokens = ['token1', 'token2', 'token3'];

export interface Identities {
  /** @throws SesError `AlreadyExistsException` when it exists. */
  create(name: string, state: Partial<IdentityState>): Identity;
  /** @throws SesError `NotFoundException` when it does not exist. */
  update(name: string, change: Partial<IdentityState>): Identity;
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
    create(name, state) {
      if (byKey.has(keyOf(name))) {
        throw new SesError('AlreadyExistsException', `Email identity ${name} already exists.`);
      }
      const type = name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN';
      const identity: Identity = { ...newState(type, state.verified ?? false), ...state, name, type };
      byKey.set(keyOf(name), identity);
      return identity;
    },
    update(name, change) {
      const identity = { ...existing(name), ...change };
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

function newState(type: Identity['type'], verified: boolean): IdentityState {
  const signs = type === 'DOMAIN';
  return {
    verified,
    signingEnabled: signs,
    dkimStatus: signs ? (verified ? 'SUCCESS' : 'PENDING') : 'NOT_STARTED',
    signingAttributesOrigin: 'AWS_SES',
    dkimTokens: signs ? easyDkimTokens : [],
    signingKeyBits: 2048,
    mailFromDomain: '',
    mailFromStatus: 'PENDING',
    behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
  };
}

/** Domains compare without case, local parts with it. */
function keyOf(name: string): string {
  return name.includes('@') ? `${localPartOf(name)}@${domainOf(name)}` : domainOf(name);
}
