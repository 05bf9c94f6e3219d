import { EVENT_TYPES } from '../../ses/configuration-sets.ts';
import { easyDkimTokens } from '../../ses/identities.ts';
import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

export const configurationSet: Provisioner = {
  done: ['Name', 'SendingOptions', 'SuppressionOptions', 'DeliveryOptions', 'TrackingOptions'],
  inert: ['ReputationOptions', 'VdmOptions', 'ArchivingOptions', 'Tags'],
  create({ logicalId, properties }, { stackName, ses }) {
    const name = properties.optionalText('Name') ?? physicalName(stackName, logicalId, 64);
    const suppression = properties.optionalObject('SuppressionOptions');
    suppression?.refuseOthers(['SuppressedReasons', 'ValidationOptions']);
    const reasons = suppression?.texts('SuppressedReasons');
    const tls = properties.optionalObject('DeliveryOptions')?.optionalText('TlsPolicy');
    const tracking = properties.optionalObject('TrackingOptions');
    const domain = tracking?.optionalText('CustomRedirectDomain');
    const https = tracking?.optionalText('HttpsPolicy');
    ses.createConfigurationSet(name, {
      ...(domain !== undefined && {
        tracking: {
          CustomRedirectDomain: domain,
          HttpsPolicy: https === 'REQUIRE' || https === 'REQUIRE_OPEN_ONLY' ? https : 'OPTIONAL',
        },
      }),
      ...(tls === 'REQUIRE' && { tlsPolicy: tls }),
      sendingEnabled: properties.optionalObject('SendingOptions')?.flag('SendingEnabled', true) ?? true,
      ...(reasons && {
        suppressedReasons: reasons.filter((reason) => reason === 'BOUNCE' || reason === 'COMPLAINT'),
      }),
    });
    return { ref: name, attributes: {} };
  },
};

export const configurationSetEventDestination: Provisioner = {
  done: ['ConfigurationSetName', 'EventDestination'],
  inert: [],
  create({ logicalId, properties, uniqueId }, { ses }) {
    const destination = properties.object('EventDestination');
    destination.refuseOthers(['Name', 'Enabled', 'MatchingEventTypes', 'SnsDestination']);
    // CloudFormation writes `renderingFailure` for what the API calls RENDERING_FAILURE.
    const wanted = destination
      .texts('MatchingEventTypes')
      .map((type) => type.replace(/[A-Z]/g, '_$&').toUpperCase());
    ses.addEventDestination(properties.text('ConfigurationSetName'), {
      name: destination.optionalText('Name') ?? logicalId,
      enabled: destination.flag('Enabled', false),
      matchingEventTypes: EVENT_TYPES.filter((type) => wanted.includes(type)),
      topicArn: destination.object('SnsDestination').text('TopicARN'),
    });
    return { ref: uniqueId, attributes: { Id: uniqueId } };
  },
};

/** On AWS an identity is verified by DNS records; here it is at once. */
export const emailIdentity: Provisioner = {
  done: ['EmailIdentity', 'MailFromAttributes'],
  inert: [
    'ConfigurationSetAttributes',
    'DkimAttributes',
    'DkimSigningAttributes',
    'FeedbackAttributes',
    'Tags',
  ],
  create({ properties }, { place, ses, access }) {
    const identity = properties.text('EmailIdentity');
    const mailFrom = properties.optionalObject('MailFromAttributes');
    const mailFromDomain = mailFrom?.optionalText('MailFromDomain') ?? '';
    ses.createIdentity(identity, {
      verified: true,
      mailFromDomain,
      mailFromStatus: 'SUCCESS',
      behaviorOnMxFailure:
        mailFrom?.optionalText('BehaviorOnMxFailure') === 'REJECT_MESSAGE'
          ? 'REJECT_MESSAGE'
          : 'USE_DEFAULT_VALUE',
    });
    access.addIdentity(identity);
    const tokens = easyDkimTokens.flatMap((token, i): [string, string][] => [
      [`DkimDNSTokenName${i + 1}`, `${token}._domainkey.${identity}`],
      [`DkimDNSTokenValue${i + 1}`, `${token}.dkim.amazonses.com`],
    ]);
    const arn = `arn:aws:ses:${place.region}:${place.accountId}:identity/${identity}`;
    return { ref: identity, attributes: { EmailIdentityArn: arn, ...Object.fromEntries(tokens) } };
  },
};
