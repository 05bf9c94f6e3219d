import type { ApiRequest, Caller, Place } from '../api.ts';
import type { Account } from './account.ts';
import type { ConfigurationSets } from './configuration-sets.ts';
import { type CallFault, DropConnection, type Faults } from './faults.ts';
import type { Identities } from './identities.ts';
import type { AcceptedMail, OutgoingMail } from './mail.ts';
import type { MailStore } from './mail-store.ts';
import { readOutgoingMail } from './send-email.ts';
import type { DailyQuota, SendingRate } from './sending-rate.ts';
import { SesError } from './ses-error.ts';
import { isSimulator } from './simulator.ts';

export interface SendingOptions {
  readonly place: Place;
  readonly account: Account;
  readonly identities: Identities;
  readonly configurationSets: ConfigurationSets;
  readonly faults: Faults;
  readonly rate: SendingRate;
  readonly quota: DailyQuota;
  readonly store: MailStore;
  readonly deliver: (mail: AcceptedMail) => void;
  /** The mail with the links and the pixel that SES puts in. */
  readonly instrumented: (mail: AcceptedMail) => AcceptedMail;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

const RATE_EXCEEDED = () => new SesError('TooManyRequestsException', 'Maximum sending rate exceeded.');
const QUOTA_EXCEEDED = () => new SesError('LimitExceededException', 'Daily message quota exceeded.');
const ACCOUNT_PAUSED = () =>
  new SesError(
    'SendingPausedException',
    'Sending is paused for this account. For more information, please check the inbox of the email address associated with your AWS account.',
  );
const INTERNAL_ERROR = () => new SesError('InternalServiceErrorException', 'Internal service error.');

/** Faults that strike before SES accepts anything. */
const REFUSALS: Readonly<Partial<Record<CallFault, () => SesError>>> = {
  throttle: RATE_EXCEEDED,
  quota: QUOTA_EXCEEDED,
  paused: ACCOUNT_PAUSED,
  errorBeforeAcceptance: INTERNAL_ERROR,
};

/** The SendEmail action: check, take from the rate and the quota, accept, then let it be delivered. */
export function createSendEmail(options: SendingOptions) {
  const { account, identities, configurationSets, faults, rate, quota, store, nowMs } = options;

  const checkNotPaused = ({ configurationSetName }: OutgoingMail) => {
    const { enforcementStatus, sendingEnabled } = account.settings();
    const set = configurationSetName === undefined ? undefined : configurationSets.get(configurationSetName);
    if (enforcementStatus === 'SHUTDOWN') {
      throw new SesError(
        'AccountSuspendedException',
        "The message can't be sent because the account's ability to send email has been permanently restricted.",
      );
    }
    if (!sendingEnabled) throw ACCOUNT_PAUSED();
    if (set !== undefined && !set.sendingEnabled) {
      throw new SesError('SendingPausedException', `Sending is paused for configuration set <${set.name}>.`);
    }
  };

  const identityFor = (mail: OutgoingMail) => {
    const recipients = account.settings().productionAccess
      ? []
      : mail.recipients.filter((address) => !isSimulator(address));
    const unverified = [mail.from.address, ...recipients].filter(
      (address) => !identities.verifiedFor(address),
    );
    const identity = identities.verifiedFor(mail.from.address);
    if (identity === undefined || unverified.length > 0) {
      throw new SesError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region ${options.place.region.toUpperCase()}: ${unverified.join(', ')}`,
      );
    }
    return identity;
  };

  const takeSlots = ({ recipients }: OutgoingMail) => {
    const limits = account.limits();
    const counted = recipients.filter((address) => !isSimulator(address)).length;
    if (
      limits.max24HourSend >= 0 &&
      counted > 0 &&
      quota.sentLast24Hours() + counted > limits.max24HourSend
    ) {
      throw QUOTA_EXCEEDED();
    }
    if (!rate.take(recipients.length, limits)) throw RATE_EXCEEDED();
    quota.add(counted);
  };

  return (request: ApiRequest, caller: Caller): { MessageId: string } => {
    const outgoing = readOutgoingMail(request.body);
    checkNotPaused(outgoing);
    const identity = identityFor(outgoing);
    const fault = faults.ofCall();
    const refusal = fault === undefined ? undefined : REFUSALS[fault];
    if (refusal !== undefined) throw refusal();
    takeSlots(outgoing);

    const mail = options.instrumented({
      ...outgoing,
      messageId: options.newId(),
      acceptedAtMs: nowMs(),
      sourceArn: `arn:aws:ses:${options.place.region}:${options.place.accountId}:identity/${identity.name}`,
      callerIdentity: callerIdentity(caller),
    });
    store.add(mail);
    options.deliver(mail);

    if (fault === 'timeoutAfterAcceptance')
      throw new DropConnection('SES accepted the mail and does not answer.');
    if (fault === 'errorAfterAcceptance') throw INTERNAL_ERROR();
    return { MessageId: mail.messageId };
  };
}

/** The role of `…:assumed-role/<role>/<session>`, the name of `…:user/<name>`, or `root`. */
function callerIdentity({ arn }: Caller): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.split('/')[1] ?? resource;
}
