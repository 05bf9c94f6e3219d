import { type ConfigurationSets, EVENT_TYPES, type EventType } from './configuration-sets.ts';
import { page } from './paging.ts';
import { listOf, requestShape, structure, text } from './request-shape.ts';
import type { Action } from './route.ts';
import { SesError } from './ses-error.ts';
import type { SuppressionReason } from './suppression-list.ts';

const sendingOptions = structure({ SendingEnabled: { type: 'boolean' } });

const readConfigurationSet = requestShape<{
  ConfigurationSetName: string;
  SendingOptions?: { SendingEnabled?: boolean };
  SuppressionOptions?: { SuppressedReasons?: SuppressionReason[] };
}>(
  structure(
    {
      ConfigurationSetName: text(1),
      SendingOptions: sendingOptions,
      SuppressionOptions: structure({ SuppressedReasons: listOf({ enum: ['BOUNCE', 'COMPLAINT'] }) }),
    },
    ['ConfigurationSetName'],
  ),
);

const readSendingOptions = requestShape<{ SendingEnabled?: boolean }>(sendingOptions);

const readEventDestination = requestShape<{
  EventDestinationName: string;
  EventDestination: {
    Enabled?: boolean;
    MatchingEventTypes: EventType[];
    SnsDestination?: { TopicArn: string };
  };
}>(
  structure(
    {
      EventDestinationName: text(1, 64, '^[A-Za-z0-9_-]+$'),
      EventDestination: structure(
        {
          Enabled: { type: 'boolean' },
          MatchingEventTypes: listOf({ enum: EVENT_TYPES }),
          SnsDestination: structure({ TopicArn: text(1) }, ['TopicArn']),
        },
        ['MatchingEventTypes'],
      ),
    },
    ['EventDestinationName', 'EventDestination'],
  ),
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
        const { ConfigurationSetName, SendingOptions, SuppressionOptions } = readConfigurationSet(
          request.body,
        );
        sets.create(ConfigurationSetName, {
          ...(SendingOptions?.SendingEnabled === undefined
            ? {}
            : { sendingEnabled: SendingOptions.SendingEnabled }),
          ...(SuppressionOptions?.SuppressedReasons === undefined
            ? {}
            : { suppressedReasons: SuppressionOptions.SuppressedReasons }),
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
        const { name, sendingEnabled, suppressedReasons } = sets.get(param('ConfigurationSetName'));
        return {
          ConfigurationSetName: name,
          SendingOptions: { SendingEnabled: sendingEnabled },
          ...(suppressedReasons === undefined
            ? {}
            : { SuppressionOptions: { SuppressedReasons: suppressedReasons } }),
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
      method: 'POST',
      path: `${SETS}/{ConfigurationSetName}/event-destinations`,
      answer({ request, param }) {
        const { EventDestinationName, EventDestination } = readEventDestination(request.body);
        if (EventDestination.SnsDestination === undefined) {
          throw new SesError('BadRequestException', 'The local SES supports only SnsDestination.');
        }
        sets.addDestination(param('ConfigurationSetName'), {
          name: EventDestinationName,
          enabled: EventDestination.Enabled ?? false,
          matchingEventTypes: EventDestination.MatchingEventTypes,
          topicArn: EventDestination.SnsDestination.TopicArn,
        });
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
