import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { SendQuota } from '../domain/rate.ts';

/** What SES allows the account, and what it asks for it. */
export interface SesAccount extends SendQuota {
  /** Of its prices: `NONE` is à la carte. */
  readonly plan: string | undefined;
}

/** With the rights of whoever asks. SES allows such questions once a second for the whole account. */
export async function readSesAccount(): Promise<SesAccount> {
  const client = new SESv2Client({ maxAttempts: 8 });
  const { SendQuota: quota, PricingAttributes: pricing } = await client.send(new GetAccountCommand({}));
  return {
    maxSendRate: quota?.MaxSendRate ?? 0,
    max24HourSend: quota?.Max24HourSend ?? 0,
    sentLast24Hours: quota?.SentLast24Hours ?? 0,
    plan: pricing?.CurrentPlan,
  };
}
