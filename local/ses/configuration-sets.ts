import { SesError } from './ses-error.ts';
import type { SuppressionReason } from './suppression-list.ts';

/** Event types by their name in the SES API. */
export const EVENT_TYPES = [
  'SEND',
  'REJECT',
  'BOUNCE',
  'COMPLAINT',
  'DELIVERY',
  'OPEN',
  'CLICK',
  'RENDERING_FAILURE',
  'DELIVERY_DELAY',
  'SUBSCRIPTION',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** Where a configuration set sends its events. Only SNS topics. */
export interface EventDestination {
  readonly name: string;
  readonly enabled: boolean;
  readonly matchingEventTypes: readonly EventType[];
  readonly topicArn: string;
}

export interface ConfigurationSetProps {
  readonly sendingEnabled?: boolean;
  /** Replaces the account's reasons for mail of this set; an empty list switches suppression off. */
  readonly suppressedReasons?: readonly SuppressionReason[];
  /** `OPTIONAL` unless it says otherwise. Mail here goes nowhere, so that it only tells. */
  readonly tlsPolicy?: TlsPolicy;
  /** Links lead through this machine all the same, so that it only tells. */
  readonly tracking?: TrackingOptions;
}

export interface TrackingOptions {
  readonly CustomRedirectDomain?: string;
  readonly HttpsPolicy?: HttpsPolicy;
}

export type HttpsPolicy = 'REQUIRE' | 'REQUIRE_OPEN_ONLY' | 'OPTIONAL';

export type TlsPolicy = 'REQUIRE' | 'OPTIONAL';

interface ConfigurationSet {
  readonly name: string;
  sendingEnabled: boolean;
  suppressedReasons: readonly SuppressionReason[] | undefined;
  tlsPolicy: TlsPolicy;
  tracking: TrackingOptions | undefined;
  readonly destinations: EventDestination[];
}

export interface ConfigurationSets {
  /** @throws SesError `AlreadyExistsException` when it exists. */
  create(name: string, props: ConfigurationSetProps): ConfigurationSet;
  /** @throws SesError `NotFoundException` when it does not exist. */
  get(name: string): ConfigurationSet;
  names(): string[];
  /** @throws SesError when the set does not exist, has ten destinations, or has one of that name. */
  addDestination(configurationSetName: string, destination: EventDestination): void;
  /** @throws SesError when there is no such set or destination. */
  replaceDestination(configurationSetName: string, destination: EventDestination): void;
  /** @throws SesError when there is no such set or destination. */
  removeDestination(configurationSetName: string, name: string): void;
}

/** SES's limit of event destinations in one configuration set. */
const MAX_DESTINATIONS = 10;

export function createConfigurationSets(): ConfigurationSets {
  const byName = new Map<string, ConfigurationSet>();
  const existing = (name: string) => {
    const set = byName.get(name);
    if (set === undefined)
      throw new SesError('NotFoundException', `Configuration set <${name}> does not exist.`);
    return set;
  };
  const indexOf = (destinations: readonly EventDestination[], wanted: string) => {
    const index = destinations.findIndex(({ name }) => name === wanted);
    if (index < 0) throw new SesError('NotFoundException', `Event destination <${wanted}> does not exist.`);
    return index;
  };
  return {
    create(name, { sendingEnabled = true, suppressedReasons, tlsPolicy = 'OPTIONAL', tracking }) {
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
        throw new SesError(
          'BadRequestException',
          "Invalid configuration set name: 1 to 64 ASCII letters, digits, '_' and '-' are allowed.",
        );
      }
      if (byName.has(name)) {
        throw new SesError('AlreadyExistsException', `Configuration set <${name}> already exists.`);
      }
      const set: ConfigurationSet = {
        name,
        sendingEnabled,
        suppressedReasons,
        tlsPolicy,
        tracking,
        destinations: [],
      };
      byName.set(name, set);
      return set;
    },
    get: existing,
    names: () => [...byName.keys()].sort(),
    addDestination(configurationSetName, destination) {
      const { destinations } = existing(configurationSetName);
      if (destinations.some(({ name }) => name === destination.name)) {
        throw new SesError(
          'AlreadyExistsException',
          `Event destination <${destination.name}> already exists.`,
        );
      }
      if (destinations.length >= MAX_DESTINATIONS) {
        throw new SesError(
          'LimitExceededException',
          `Configuration set <${configurationSetName}> has ${MAX_DESTINATIONS} event destinations, which is the limit.`,
        );
      }
      destinations.push(destination);
    },
    replaceDestination(configurationSetName, destination) {
      const { destinations } = existing(configurationSetName);
      destinations[indexOf(destinations, destination.name)] = destination;
    },
    removeDestination(configurationSetName, name) {
      const { destinations } = existing(configurationSetName);
      destinations.splice(indexOf(destinations, name), 1);
    },
  };
}
