import { variantFor } from '../experiment/choice.ts';
import { isInTrial } from '../experiment/trial.ts';
import type { Variant } from '../experiment/variant.ts';
import type { KnownMail } from './known-mail.ts';

/** The variant of a campaign that a recipient gets or has got; undefined where there are none, and where it is not known yet. */
export function variantOf({ place, recipientId }: KnownMail): Variant | undefined {
  if (place?.planned.kind !== 'planned' || recipientId === undefined) {
    return undefined;
  }
  const { campaign, planned } = place;
  const { trial, winner, plan, variants } = campaign;
  const waits = trial !== undefined && winner === undefined && plan !== undefined;
  if (waits && !isInTrial(plan, planned.chunk)) {
    return undefined;
  }
  const name = variantFor(campaign, planned.chunk, recipientId);
  return variants?.find((variant) => variant.name === name);
}
