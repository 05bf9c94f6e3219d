import type { FeedbackKind } from './feedback/feedback.ts';

/** What tells that a mail did not simply arrive. */
const failures: ReadonlySet<FeedbackKind> = new Set(['bounce', 'complaint', 'reject', 'renderingFailure']);

/**
 * Whether a mail is entered into the indexes by recipient and by SES's id when such feedback comes. An entry costs as much as the row
 * itself, so mail of a campaign is in them only once something went wrong with it: else its place is in the index that the planner wrote,
 * see `recipient-index.ts`, and its row is found by that.
 */
export function isEntered(kind: FeedbackKind, campaignId: string | undefined): boolean {
  return campaignId === undefined || failures.has(kind);
}
