import {
  type ConfigurationSets,
  EVENT_TYPES,
  type EventDestination,
  type EventType,
  type TlsPolicy,
  type TrackingOptions,
} from './configuration-sets.ts';
import { page } from './paging.ts';
import { listOf, requestShape, structure, text } from './request-shape.ts';
import type { Action } from './route.ts';
import { SesError } from './ses-error.ts';
import type { SuppressionReason } from './suppression-list.ts';

const sendingOptions = structure({ SendingEnabled: { type: 'boolean' } });

const suppressionOptions = structure({ SuppressedReasons: listOf({ enum: ['BOUNCE', 'COMPLAINT'] }) });
const trackingOptions = structure({
  CustomRedirectDomain: text(1),
  HttpsPolicy: { enum: ['REQUIRE', 'REQUIRE_OPEN_ONLY', 'OPTIONAL'] },
});
const deliveryOptions = structure({ TlsPolicy: { enum: ['REQUIRE', 'OPTIONAL'] } });

const readConfigurationSet = requestShape<{
  ConfigurationSetName: string;
  DeliveryOptions?: { TlsPolicy?: TlsPolicy };
  SendingOptions?: { SendingEnabled?: boolean };
  SuppressionOptions?: { SuppressedReasons?: SuppressionReason[] };
  TrackingOptions?: TrackingOptions;
}>(
  structure(
    {
      ConfigurationSetName: text(1),
      SendingOptions: sendingOptions,
      SuppressionOptions: suppressionOptions,
      DeliveryOptions: deliveryOptions,
      TrackingOptions: trackingOptions,
    },
    ['ConfigurationSetName'],
  ),
);

const readSendingOptions = requestShape<{ SendingEnabled?: boolean }>(sendingOptions);

const readSuppressionOptions = requestShape<{ SuppressedReasons?: SuppressionReason[] }>(suppressionOptions);

const readTrackingOptions = requestShape<TrackingOptions>(trackingOptions);

const readDeliveryOptions = requestShape<{ TlsPolicy?: TlsPolicy }>(deliveryOptions);

interface DestinationDefinition {
  Enabled?: boolean;
  MatchingEventTypes: EventType[];
  SnsDestination?: { TopicArn: string };
}

const destinationDefinition = structure(
  {
    Enabled: { type: 'boolean' },
    MatchingEventTypes: listOf({ enum: EVENT_TYPES }),
    SnsDestination: structure({ TopicArn: text(1) }, ['TopicArn']),
  },
  ['MatchingEventTypes'],
);

const readNewDestination = requestShape<{
  EventDestinationName: string;
  EventDestination: DestinationDefinition;
}>(
  structure(
    {
      EventDestinationName: text(1, 64, '^[A-Za-z0-9_-]+$'),
      EventDestination: destinationDefinition,
    },
    ['EventDestinationName', 'EventDestination'],
  ),
);

const readDestination = requestShape<{ EventDestination: DestinationDefinition }>(
  structure({ EventDestination: destinationDefinition }, ['EventDestination']),
);

const readPage = requestShape<{ NextToken?: string; PageSize?: number }>(
  structure({ NextToken: text(), PageSize: { type: 'integer', minimum: 1, maximum: 1000 } }),
);

export function configurationSetActions(sets: ConfigurationSets): Action[] {
  const SETS = '/v2/email/configuration-sets';
  const listed = (nextToken: string | undefined, pageSize: number | undefined) => {
    const { items, ...next } = page(sets.names(), nextToken, pageSize);
    return { ConfigurationSets: items, ...next };
  };
  return [
    {
      method: 'POST',
      path: SETS,
      answer({ request }) {
        const {
          ConfigurationSetName,
          SendingOptions,
          SuppressionOptions,
          DeliveryOptions,
          TrackingOptions: tracking,
        } = readConfigurationSet(request.body);
        sets.create(ConfigurationSetName, {
          ...(SendingOptions?.SendingEnabled === undefined
            ? {}
            : { sendingEnabled: SendingOptions.SendingEnabled }),
          ...(SuppressionOptions?.SuppressedReasons === undefined
            ? {}
            : { suppressedReasons: SuppressionOptions.SuppressedReasons }),
          ...(DeliveryOptions?.TlsPolicy === undefined ? {} : { tlsPolicy: DeliveryOptions.TlsPolicy }),
          ...(tracking && { tracking }),
        });
        return {};
      },
    },
    {
      method: 'POST',
      path: '/v2/email/list-configuration-sets',
      answer({ request }) {
        const { NextToken, PageSize } = readPage(request.body);
        return listed(NextToken, PageSize);
      },
    },
    {
      // Where older SDKs ask.
      method: 'GET',
      path: SETS,
      answer: ({ request: { query } }) =>
        listed(
          query.get('NextToken') ?? undefined,
          query.has('PageSize') ? Number(query.get('PageSize')) : undefined,
        ),
    },
    {
      method: 'GET',
      path: `${SETS}/{ConfigurationSetName}`,
      answer({ param }) {
        const { name, sendingEnabled, suppressedReasons, tlsPolicy, tracking } = sets.get(
          param('ConfigurationSetName'),
        );
        return {
          ConfigurationSetName: name,
          SendingOptions: { SendingEnabled: sendingEnabled },
          DeliveryOptions: { TlsPolicy: tlsPolicy },
          ...(suppressedReasons === undefined
            ? {}
            : { SuppressionOptions: { SuppressedReasons: suppressedReasons } }),
          ...(tracking && { TrackingOptions: tracking }),
          Tags: [],
        };
      },
    },
    {
      method: 'PUT',
      path: `${SETS}/{ConfigurationSetName}/sending`,
      answer({ request, param }) {
        const { SendingEnabled = false } = readSendingOptions(request.body);
        sets.get(param('ConfigurationSetName')).sendingEnabled = SendingEnabled;
        return {};
      },
    },
    {
      method: 'PUT',
      path: `${SETS}/{ConfigurationSetName}/suppression-options`,
      answer({ request, param }) {
        const { SuppressedReasons = [] } = readSuppressionOptions(request.body);
        sets.get(param('ConfigurationSetName')).suppressedReasons = SuppressedReasons;
        return {};
      },
    },
    {
      method: 'PUT',
      path: `${SETS}/{ConfigurationSetName}/delivery-options`,
      answer({ request, param }) {
        const { TlsPolicy = 'OPTIONAL' } = readDeliveryOptions(request.body);
        sets.get(param('ConfigurationSetName')).tlsPolicy = TlsPolicy;
        return {};
      },
    },
    {
      method: 'PUT',
      path: `${SETS}/{ConfigurationSetName}/tracking-options`,
      answer({ request, param }) {
        const tracking = readTrackingOptions(request.body);
        // Without a domain SES's own is used again.
        sets.get(param('ConfigurationSetName')).tracking =
          tracking.CustomRedirectDomain === undefined ? undefined : tracking;
        return {};
      },
    },
    {
      method: 'POST',
      path: `${SETS}/{ConfigurationSetName}/event-destinations`,
      answer({ request, param }) {
        const { EventDestinationName, EventDestination } = readNewDestination(request.body);
        sets.addDestination(
          param('ConfigurationSetName'),
          destinationOf(EventDestinationName, EventDestination),
        );
        return {};
      },
    },
    {
      method: 'PUT',
      path: `${SETS}/{ConfigurationSetName}/event-destinations/{EventDestinationName}`,
      answer({ request, param }) {
        const { EventDestination } = readDestination(request.body);
        sets.replaceDestination(
          param('ConfigurationSetName'),
          destinationOf(param('EventDestinationName'), EventDestination),
        );
        return {};
      },
    },
    {
      method: 'DELETE',
      path: `${SETS}/{ConfigurationSetName}/event-destinations/{EventDestinationName}`,
      answer({ param }) {
        sets.removeDestination(param('ConfigurationSetName'), param('EventDestinationName'));
        return {};
      },
    },
    {
      method: 'GET',
      path: `${SETS}/{ConfigurationSetName}/event-destinations`,
      answer({ param }) {
        const { destinations } = sets.get(param('ConfigurationSetName'));
        return {
          EventDestinations: destinations.map(({ name, enabled, matchingEventTypes, topicArn }) => ({
            Name: name,
            Enabled: enabled,
            MatchingEventTypes: matchingEventTypes,
            SnsDestination: { TopicArn: topicArn },
          })),
        };
      },
    },
  ];
}

function destinationOf(
  name: string,
  { Enabled = false, MatchingEventTypes, SnsDestination }: DestinationDefinition,
): EventDestination {
  if (SnsDestination === undefined) {
    throw new SesError('BadRequestException', 'The local SES supports only SnsDestination.');
  }
  return {
    name,
    enabled: Enabled,
    matchingEventTypes: MatchingEventTypes,
    topicArn: SnsDestination.TopicArn,
  };
}
