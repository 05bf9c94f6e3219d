import type { ApiRequest, ApiResponse, Place, ServiceHandler } from '../api.ts';
import { type Account, type AccountSettings, createAccount } from './account.ts';
import { accountActions } from './account-actions.ts';
import { configurationSetActions } from './configuration-set-actions.ts';
import {
  type ConfigurationSetProps,
  createConfigurationSets,
  type EventDestination,
} from './configuration-sets.ts';
import { createDelivery, DEFAULT_LATENCIES, type Latencies } from './delivery.ts';
import { createEngagement, type Engagement } from './engagement.ts';
import { createEventPublisher } from './event-publisher.ts';
import { createFaults, type FaultChange, type Faults } from './faults.ts';
import { createIdentities, type IdentityState } from './identities.ts';
import { identityActions } from './identity-actions.ts';
import { importJobActions } from './import-jobs.ts';
import { createMailStore, type MailStore } from './mail-store.ts';
import { domainOf } from './mailbox.ts';
import { metricActions } from './metric-actions.ts';
import { createRouter } from './route.ts';
import { createSendEmail } from './sending.ts';
import { createDailyQuota, createSendingRate } from './sending-rate.ts';
import { SesError, sesErrorResponse } from './ses-error.ts';
import type { RecipientBehaviour } from './simulator.ts';
import { suppressionActions } from './suppression-actions.ts';
import { createSuppressionList } from './suppression-list.ts';
import type { Transport } from './transport.ts';

export interface SesOptions {
  readonly place: Place;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** At least 0, less than 1: decides message ids and how long mailboxes take. */
  readonly random: () => number;
  /** Brings one event to an SNS topic. */
  readonly publish: (topicArn: string, eventJson: string) => Promise<void>;
  /** Runs the task after so many milliseconds; by default with timers that keep no process alive. */
  readonly schedule?: (delayMs: number, task: () => void) => void;
  readonly account?: Partial<AccountSettings>;
  readonly faults?: FaultChange;
  readonly latencies?: Partial<Latencies>;
  /** What becomes of mail to an address outside the mailbox simulator; undefined is delivery. */
  readonly recipientBehaviour?: (address: string) => RecipientBehaviour | undefined;
  /** So many of the newest mails are kept whole, others as a summary. */
  readonly keepMails?: number;
  /** Where tracked links and pixels lead; without it mail stays as it is. */
  readonly trackingUrl?: string;
  /** Delivers mail to other servers; by default every mail is taken within this process. */
  readonly transport?: Transport;
  /** Reads an object of S3 with the rights that its bucket gives to SES; by default there is no S3. */
  readonly readObject?: (bucketName: string, key: string) => Promise<Buffer>;
  /** Hears when `publish` fails; by default the error is thrown where nothing catches it. */
  readonly onFault?: (error: unknown) => void;
}

/** Amazon SES v2 of one account and region, in this process. */
export interface Ses {
  /** @throws DropConnection when the connection must be destroyed without an answer. */
  readonly handle: ServiceHandler;
  readonly place: Place;
  readonly store: MailStore;
  readonly faults: Faults;
  readonly account: Account;
  /** @throws SesError when the name is taken or not allowed. */
  createConfigurationSet(name: string, props?: ConfigurationSetProps): void;
  /** @throws SesError when the set does not exist or cannot take it. */
  addEventDestination(configurationSetName: string, destination: EventDestination): void;
  /** @throws SesError when the identity exists. */
  createIdentity(nameOrAddress: string, state?: Partial<IdentityState>): void;
  /** Brings about what SES would find in the DNS; an identity that is new is created. */
  setIdentity(nameOrAddress: string, change: Partial<IdentityState>): void;
  /** Decides what becomes of mail to a domain from now on. */
  setRecipients(domain: string, behaviour: RecipientBehaviour): void;
  /** Somebody opens a mail or follows a link of it. @returns false where SES would not notice */
  engage(messageId: string, engagement: Engagement): boolean;
  /** Answers requests under `/track`; undefined for any other path. */
  readonly track: (request: ApiRequest) => Promise<ApiResponse | undefined>;
  /** Things that are still going to happen to accepted mails, and events on their way to SNS. */
  pending(): number;
  /** Nothing is delivered and no event is published from now on. */
  close(): void;
}

const DEFAULT_KEEP_MAILS = 10_000;

export function createSes(options: SesOptions): Ses {
  const { place, nowMs, random } = options;
  let closed = false;
  let scheduled = 0;
  const wait = options.schedule ?? ((delayMs, task) => void setTimeout(task, delayMs).unref());
  const schedule = (delayMs: number, task: () => void) => {
    scheduled++;
    wait(delayMs, () => {
      scheduled--;
      if (!closed) task();
    });
  };

  const account = createAccount(options.account ?? {});
  const identities = createIdentities();
  const configurationSets = createConfigurationSets();
  const suppressionList = createSuppressionList();
  const faults = createFaults(options.faults);
  const store = createMailStore(options.keepMails ?? DEFAULT_KEEP_MAILS);
  const rate = createSendingRate(nowMs);
  const quota = createDailyQuota(nowMs);
  const newId = () => messageId(nowMs(), random);
  const publisher = createEventPublisher({
    place,
    configurationSets,
    faults,
    schedule,
    publish: async (topicArn, eventJson) => {
      if (!closed) await options.publish(topicArn, eventJson);
    },
    onFault: options.onFault ?? throwUncaught,
  });
  let underway = 0;
  const track = (work: Promise<void>) => {
    underway++;
    work.catch(options.onFault ?? throwUncaught).finally(() => void underway--);
  };
  const ofDomains = new Map<string, RecipientBehaviour>();
  const deliver = createDelivery({
    place,
    account,
    configurationSets,
    suppressionList,
    store,
    publisher,
    latencies: { ...DEFAULT_LATENCIES, ...options.latencies },
    nowMs,
    random,
    schedule,
    newId,
    identities,
    transport: options.transport,
    track,
    recipientBehaviour: (address) =>
      options.recipientBehaviour?.(address) ?? ofDomains.get(domainOf(address)),
  });
  const engagement = createEngagement({
    url: options.trackingUrl,
    store,
    configurationSets,
    happen(mail, event) {
      store.addEvent(mail.messageId, event);
      publisher.publish(mail, event);
    },
    nowMs,
  });
  const sendEmail = createSendEmail({
    instrumented: engagement.instrumented,
    place,
    account,
    identities,
    configurationSets,
    faults,
    rate,
    quota,
    store,
    deliver,
    nowMs,
    newId,
  });
  const route = createRouter([
    {
      method: 'POST',
      path: '/v2/email/outbound-emails',
      answer: ({ request, caller }) => sendEmail(request, caller),
    },
    ...accountActions(account, quota),
    ...metricActions(account, store),
    ...suppressionActions(suppressionList, nowMs),
    ...importJobActions({
      account,
      list: suppressionList,
      readObject: options.readObject ?? noObject,
      nowMs,
      newId,
      track,
    }),
    ...identityActions(identities),
    ...configurationSetActions(configurationSets),
  ]);

  return {
    async handle(request, caller) {
      try {
        return ok(route(request, caller));
      } catch (error) {
        if (error instanceof SesError) return sesErrorResponse(error);
        throw error;
      }
    },
    place,
    store,
    faults,
    account,
    createConfigurationSet: (name, props = {}) => void configurationSets.create(name, props),
    addEventDestination: configurationSets.addDestination,
    createIdentity: (nameOrAddress, state = {}) => void identities.create(nameOrAddress, state),
    setIdentity(nameOrAddress, change) {
      const exists = identities.list().some(({ name }) => name === nameOrAddress);
      identities[exists ? 'update' : 'create'](nameOrAddress, change);
    },
    setRecipients: (domain, behaviour) => void ofDomains.set(domain, behaviour),
    engage: engagement.engage,
    track: engagement.answer,
    pending: () => scheduled + underway + publisher.pending() + (options.transport?.pending() ?? 0),
    close() {
      closed = true;
    },
  };
}

function ok(output: object): ApiResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
}

async function noObject(): Promise<never> {
  throw new Error('This SES has no S3 to read from.');
}

/** Looks like SES's own: the time in hexadecimal, a UUID, a counter that stays zero. */
function messageId(epochMs: number, random: () => number): string {
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const time = Math.floor(epochMs).toString(16).padStart(12, '0');
  return `0100${time}-${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}-000000`;
}

/** An event that SNS did not take is a fault of the local stack, and must not pass in silence. */
function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
