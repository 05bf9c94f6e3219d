import type { Change } from '../../../domain/doctor/finding.ts';
import { arrived, healthy, publicKeys, type World } from './healthy.ts';

/** Does to a world what the changes say, and lets SES look at the DNS again, as it does on its own. */
export function mend(world: World, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind === 'dns') {
      const key = `${change.type} ${change.name}`;
      if (change.values.length === 0) {
        delete world.zone[key];
      } else {
        world.zone[key] = [...change.values];
        // Whoever makes the distribution publishes what CloudFront named it.
        if (change.values[0] === 'distribution.cloudfront.net') {
          world.zone[`A ${change.values[0]}`] = ['192.0.2.83'];
        }
      }
    } else if (change.kind === 'ses') {
      const call = operations[change.operation];
      if (call === undefined) {
        throw new Error(`the fix calls ${change.operation}, which these tests do not know`);
      }
      call(world, change.input as Input);
    } else {
      reach(world, change.fact, change.value);
    }
  }
  sesLooksAgain(world);
}

// biome-ignore lint/suspicious/noExplicitAny: the inputs of many operations of SES
type Input = Record<string, any>;

/** What SES does with the calls that fixes make. */
const operations: Readonly<Record<string, (world: World, input: Input) => void>> = {
  PutAccountSendingAttributes: ({ account }, { SendingEnabled }) => {
    account.SendingEnabled = SendingEnabled;
  },
  PutAccountDetails: ({ account }, { ProductionAccessEnabled }) => {
    account.ProductionAccessEnabled = ProductionAccessEnabled;
  },
  PutAccountSuppressionAttributes: ({ account }, { SuppressedReasons }) => {
    account.SuppressionAttributes = { SuppressedReasons };
  },
  PutAccountPricingAttributes: ({ account }, { Plan }) => {
    account.PricingAttributes = { CurrentPlan: Plan };
  },
  CreateEmailIdentity: (world, { EmailIdentity }) => {
    world.identity = {
      EmailIdentity,
      VerifiedForSendingStatus: false,
      DkimAttributes: { ...healthy().identity?.DkimAttributes, Status: 'PENDING' },
    };
  },
  PutEmailIdentityDkimAttributes: ({ identity }, { SigningEnabled }) => {
    Object.assign(identity?.DkimAttributes ?? {}, { SigningEnabled });
  },
  PutEmailIdentityDkimSigningAttributes: (world, input) => {
    Object.assign(world.identity ?? {}, {
      DkimAttributes: {
        ...healthy().identity?.DkimAttributes,
        SigningAttributesOrigin: input.SigningAttributesOrigin,
        CurrentSigningKeyLength: input.SigningAttributes.NextSigningKeyLength,
      },
    });
    // SES publishes the new key behind the CNAME records.
    for (const name of Object.keys(world.zone).filter((key) => key.endsWith('.dkim.amazonses.com'))) {
      world.zone[name] = [`p=${publicKeys[2048]}`];
    }
  },
  PutEmailIdentityMailFromAttributes: ({ identity }, { MailFromDomain, BehaviorOnMxFailure }) => {
    Object.assign(identity ?? {}, {
      MailFromAttributes: { MailFromDomain, MailFromDomainStatus: 'PENDING', BehaviorOnMxFailure },
    });
  },
  PutConfigurationSetDeliveryOptions: (world, { ConfigurationSetName, TlsPolicy }) => {
    Object.assign(setOf(world, ConfigurationSetName), { DeliveryOptions: { TlsPolicy } });
  },
  PutConfigurationSetSendingOptions: (world, { ConfigurationSetName, SendingEnabled }) => {
    Object.assign(setOf(world, ConfigurationSetName), { SendingOptions: { SendingEnabled } });
  },
  PutConfigurationSetTrackingOptions: (world, { ConfigurationSetName, ...TrackingOptions }) => {
    Object.assign(setOf(world, ConfigurationSetName), { TrackingOptions });
  },
  PutConfigurationSetSuppressionOptions: (world, { ConfigurationSetName, SuppressedReasons }) => {
    Object.assign(setOf(world, ConfigurationSetName), { SuppressionOptions: { SuppressedReasons } });
  },
  CreateConfigurationSet: (world, { ConfigurationSetName }) => {
    const set = setOf(world, ConfigurationSetName);
    set.Exists = true;
  },
  CreateConfigurationSetEventDestination: putDestination,
  UpdateConfigurationSetEventDestination: putDestination,
};

function setOf(world: World, name: string): World['sets'][number] {
  const found = world.sets.find(({ ConfigurationSetName }) => ConfigurationSetName === name);
  if (found === undefined) {
    throw new Error(`no configuration set ${name}`);
  }
  return found;
}

function putDestination(world: World, input: Input): void {
  const set = setOf(world, input.ConfigurationSetName);
  const others = (set.EventDestinations ?? []).filter(({ Name }) => Name !== input.EventDestinationName);
  set.EventDestinations = [...others, { Name: input.EventDestinationName, ...input.EventDestination }];
}

/** Brings about what only people can. */
function reach(world: World, fact: string, value: unknown): void {
  const [, url] = /^link (.+)$/.exec(fact) ?? [];
  if (url !== undefined) {
    for (const mail of world.mails) {
      mail.html = mail.html.replaceAll(`"${url}"`, `"${value}"`);
    }
    return;
  }
  const [, listed] = /^blocklist (.+)$/.exec(fact) ?? [];
  if (listed !== undefined) {
    delete world.zone[`A ${listed}`];
    return;
  }
  const [head = '', ...path] = fact.replace(/^ses\./, '').split('.');
  if (head === 'seedMail') {
    // Whatever was asked for: a mail that is in order.
    world.seedMail = arrived();
  } else if (head === 'dns') {
    world.servfail = world.servfail.filter((name) => name !== path.join('.'));
  } else if (head === 'mails') {
    const [template, locale, field = ''] = path;
    const mail = world.mails.find((each) => each.template === template && each.locale === locale);
    Object.assign(mail ?? {}, { [field]: value });
  } else if (head === 'feedback' && path[0] === 'probe') {
    Object.assign(world.feedback.probe?.find(({ mailbox }) => mailbox === path[1]) ?? {}, { reached: value });
  } else {
    let target = world as unknown as Record<string, Input>;
    const last = path.pop() ?? '';
    for (const step of [head, ...path]) {
      target = target[step] as Record<string, Input>;
    }
    target[last] = value as Input;
  }
}

function sesLooksAgain({ identity, zone }: World): void {
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom } = identity ?? {};
  if (identity !== undefined && dkim !== undefined && dkim.SigningAttributesOrigin === 'AWS_SES') {
    const published = (dkim.Tokens ?? []).every(
      (token) =>
        zone[`CNAME ${token}._domainkey.${identity.EmailIdentity}`]?.[0] === `${token}.dkim.amazonses.com`,
    );
    dkim.Status = published ? 'SUCCESS' : 'PENDING';
    identity.VerifiedForSendingStatus = published;
  }
  if (mailFrom?.MailFromDomain !== undefined) {
    const mx = zone[`MX ${mailFrom.MailFromDomain}`] ?? [];
    const found = mx.length === 1 && mx[0] === '10 feedback-smtp.ap-northeast-1.amazonses.com';
    mailFrom.MailFromDomainStatus = found ? 'SUCCESS' : 'PENDING';
  }
}
