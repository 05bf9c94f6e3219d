import { parseMailbox } from './mailbox.ts';
import { page } from './paging.ts';
import { requestShape, structure, text } from './request-shape.ts';
import type { Action } from './route.ts';
import { SesError } from './ses-error.ts';
import type { SuppressedDestination, SuppressionList, SuppressionReason } from './suppression-list.ts';

const readDestination = requestShape<{ EmailAddress: string; Reason: SuppressionReason }>(
  structure({ EmailAddress: text(1), Reason: { enum: ['BOUNCE', 'COMPLAINT'] } }, ['EmailAddress', 'Reason']),
);

export function suppressionActions(list: SuppressionList, nowMs: () => number): Action[] {
  const ADDRESSES = '/v2/email/suppression/addresses';
  return [
    {
      method: 'PUT',
      path: ADDRESSES,
      answer({ request }) {
        const { EmailAddress, Reason } = readDestination(request.body);
        list.put({ address: parseMailbox(EmailAddress).address, reason: Reason, updatedAtMs: nowMs() });
        return {};
      },
    },
    {
      method: 'GET',
      path: ADDRESSES,
      answer({ request: { query } }) {
        const found = list.list({
          reasons: query.getAll('Reason').map(reasonOf),
          ...dateOf('startMs', query.get('StartDate')),
          ...dateOf('endMs', query.get('EndDate')),
        });
        const pageSize = Number(query.get('PageSize') ?? 1000);
        const { items, ...next } = page(found, query.get('NextToken') ?? undefined, pageSize);
        return { SuppressedDestinationSummaries: items.map(summary), ...next };
      },
    },
    {
      method: 'GET',
      path: `${ADDRESSES}/{EmailAddress}`,
      answer({ param }) {
        const destination = list.get(param('EmailAddress'));
        const { messageId, feedbackId } = destination;
        const attributes =
          messageId === undefined ? {} : { Attributes: { MessageId: messageId, FeedbackId: feedbackId } };
        return { SuppressedDestination: { ...summary(destination), ...attributes } };
      },
    },
    {
      method: 'DELETE',
      path: `${ADDRESSES}/{EmailAddress}`,
      answer({ param }) {
        list.delete(param('EmailAddress'));
        return {};
      },
    },
  ];
}

function summary({ address, reason, updatedAtMs }: SuppressedDestination) {
  return { EmailAddress: address, Reason: reason, LastUpdateTime: updatedAtMs / 1000 };
}

function reasonOf(reason: string): SuppressionReason {
  if (reason === 'BOUNCE' || reason === 'COMPLAINT') return reason;
  throw new SesError('BadRequestException', 'Reason must be BOUNCE or COMPLAINT.');
}

function dateOf(name: 'startMs' | 'endMs', value: string | null) {
  if (value === null) return {};
  const epochMs = Date.parse(value);
  if (Number.isNaN(epochMs))
    throw new SesError('BadRequestException', 'A date must have the form of RFC 3339.');
  return { [name]: epochMs };
}
