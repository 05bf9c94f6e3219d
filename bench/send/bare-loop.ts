import { readFileSync } from 'node:fs';
import { sendMail } from '../../aws/ses.ts';
import type { CapturedMail } from './captured-mail.ts';

/** What the loop is told: to read its share of the mails, or to send them. */
export type BareLoopEvent =
  | { readonly kind: 'load'; readonly file: string }
  | {
      readonly kind: 'send';
      readonly inFlight: number;
      readonly times: number;
    };

let mails: readonly CapturedMail[] = [];

/**
 * Sends finished mails through the client that the pipeline sends with, and does nothing else: what the whole path is measured
 * against. Runs in an execution environment of the local runner, as the pipeline's senders do.
 */
export const handler = async (event: BareLoopEvent): Promise<void> => {
  if (event.kind === 'load') {
    mails = JSON.parse(readFileSync(event.file, 'utf8'));
    return;
  }
  const left = repeated(mails, event.times);
  const lane = async () => {
    for (const { mail, configurationSetName } of left) {
      const { outcome } = await sendMail(mail, configurationSetName);
      if (outcome !== 'accepted') throw new Error(`SES answered ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: event.inFlight }, lane));
};

function* repeated<T>(all: readonly T[], times: number): Generator<T> {
  for (let time = 0; time < times; time++) {
    yield* all;
  }
}
