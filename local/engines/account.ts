import type { Place } from '../api.ts';

/** The queue engine knows one account only; ARNs are translated at its door. */
const engineAccount = '000000000000';

const arnAccount = (from: string): RegExp => new RegExp(`(arn:aws:(?:sqs|sns):[^:"\\s]*:)${from}(?=:)`, 'g');
const toOurs = arnAccount(engineAccount);

/** Rewrites the account of SQS and SNS ARNs between the engine's and ours. */
export function accountTranslation(place: Place): {
  toEngine(text: string): string;
  fromEngine(text: string): string;
} {
  if (place.accountId === engineAccount) return { toEngine: (text) => text, fromEngine: (text) => text };
  const toTheirs = arnAccount(place.accountId);
  return {
    toEngine: (text) => text.replace(toTheirs, `$1${engineAccount}`),
    fromEngine: (text) => text.replace(toOurs, `$1${place.accountId}`),
  };
}
