import type { Account } from './account.ts';
import type { MailStore } from './mail-store.ts';
import { listOf, requestShape, structure, text } from './request-shape.ts';
import type { Action } from './route.ts';
import { SesError } from './ses-error.ts';

interface Query {
  readonly Id: string;
  readonly Metric: string;
  /** Epoch seconds. */
  readonly StartDate: number;
  readonly EndDate: number;
}

const readQueries = requestShape<{ Queries: Query[] }>(
  structure(
    {
      Queries: listOf(
        structure(
          {
            Id: text(1, 255),
            Namespace: { enum: ['VDM'] },
            Metric: text(1),
            StartDate: { type: 'number' },
            EndDate: { type: 'number' },
          },
          ['Id', 'Namespace', 'Metric', 'StartDate', 'EndDate'],
        ),
        160,
      ),
    },
    ['Queries'],
  ),
);

/** Events that a metric counts; of bounces those of a type. */
const counted: Readonly<Record<string, readonly [type: string, bounceType?: string]>> = {
  SEND: ['SEND'],
  DELIVERY: ['DELIVERY'],
  COMPLAINT: ['COMPLAINT'],
  PERMANENT_BOUNCE: ['BOUNCE', 'Permanent'],
  TRANSIENT_BOUNCE: ['BOUNCE', 'Transient'],
};

/** BatchGetMetricData over the mails that are kept; one value for the whole span. Dimensions are not looked at. */
export function metricActions(account: Account, store: MailStore): Action[] {
  return [
    {
      method: 'POST',
      path: '/v2/email/metrics/batch',
      answer({ request }) {
        const { Queries } = readQueries(request.body);
        if (!account.settings().vdmEnabled) {
          throw new SesError('BadRequestException', 'Virtual Deliverability Manager is not enabled.');
        }
        return { Results: Queries.map((query) => resultOf(query, store)), Errors: [] };
      },
    },
  ];
}

function resultOf({ Id, Metric, StartDate, EndDate }: Query, store: MailStore) {
  const [type, bounceType] = counted[Metric] ?? [];
  if (type === undefined) throw new SesError('BadRequestException', `The local SES has no metric ${Metric}.`);
  let count = 0;
  for (const { events } of store.all()) {
    count += events.filter(
      (event) =>
        event.type === type &&
        event.atMs >= StartDate * 1000 &&
        event.atMs <= EndDate * 1000 &&
        (bounceType === undefined || event.payload.bounceType === bounceType),
    ).length;
  }
  return { Id, Timestamps: [EndDate], Values: [count] };
}
