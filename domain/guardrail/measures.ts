import { catalogue } from '../bounce/catalogue.ts';
import type { Counts } from '../campaign/provider-counts.ts';
import type { Feedback } from '../feedback/feedback.ts';
import type { Reached } from '../feedback/feedback-end.ts';

/** What one feedback adds to the counts of its provider. */
export function countsBy({ kind, bounceType }: Feedback, { reason = 'unknown' }: Reached): Counts {
  switch (kind) {
    case 'delivery':
      return { delivered: 1 };
    case 'deliveryDelay':
      return { delayed: 1 };
    case 'complaint':
      return { complained: 1 };
    case 'reject':
    case 'renderingFailure':
      return { refused: 1 };
    case 'bounce':
      return bounceCounts(reason, bounceType === 'Permanent');
    default:
      return {};
  }
}

/** Each bounce is one of hard, soft, auth and blocked. */
function bounceCounts(reason: string, permanent: boolean): Counts {
  const layer = Object.entries(catalogue).find(([code]) => code === reason)?.[1].layer ?? 'unknown';
  if (layer === 'authentication') {
    return { auth: 1, authRun: 1 };
  }
  if (layer === 'reputation') {
    return { blocked: 1 };
  }
  // On the list of the account: SES did not try, and it does not count against anybody.
  if (!permanent || reason === 'suppressed_account') {
    return { soft: 1 };
  }
  return { hard: 1, ...(reason === 'user_unknown' ? { unknownUser: 1 } : {}) };
}
