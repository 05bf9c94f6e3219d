/** What SES answered to one SendEmail call. */
export type SendAnswer =
  | { readonly outcome: 'accepted'; readonly sesMessageId: string }
  /** Too fast for `MaxSendRate`. Not accepted. */
  | { readonly outcome: 'throttled' }
  /** The rolling 24-hour quota is used up. Not accepted. */
  | { readonly outcome: 'quotaExceeded' }
  /** Sending is paused, or identity or configuration set are not in order: an operator has to act. Not accepted. */
  | { readonly outcome: 'paused'; readonly code: string }
  /** This mail will never be accepted as it is. */
  | { readonly outcome: 'rejected'; readonly code: string }
  /** Time-out, reset or 5xx: SES may or may not have accepted it. */
  | { readonly outcome: 'ambiguous'; readonly code: string };
