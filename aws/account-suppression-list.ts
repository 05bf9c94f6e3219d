import {
  DeleteSuppressedDestinationCommand,
  GetSuppressedDestinationCommand,
  NotFoundException,
  PutSuppressedDestinationCommand,
  paginateListSuppressedDestinations,
  SESv2Client,
  type SuppressedDestinationSummary,
  type SuppressionListReason,
} from '@aws-sdk/client-sesv2';

/** One address on the suppression list of the SES account: SES takes mail to it and does not deliver it. */
export interface AccountListEntry {
  readonly address: string;
  readonly reason: SuppressionListReason;
  /** Epoch milliseconds. */
  readonly updatedAtMs: number;
}

export type AccountSuppressionList = ReturnType<typeof accountSuppressionList>;

/** SES's list of this account and region. Everything but sending is allowed once a second; the client keeps to what it is told. */
export function accountSuppressionList() {
  const client = new SESv2Client({ retryMode: 'adaptive', maxAttempts: 10 });

  async function* list(): AsyncGenerator<AccountListEntry> {
    const pages = paginateListSuppressedDestinations({ client }, { PageSize: 1000 });
    for await (const { SuppressedDestinationSummaries = [] } of pages) {
      yield* SuppressedDestinationSummaries.map(entryOf);
    }
  }

  async function get(address: string): Promise<AccountListEntry | undefined> {
    return await unlessMissing(async () => {
      const { SuppressedDestination } = await client.send(
        new GetSuppressedDestinationCommand({ EmailAddress: address }),
      );
      return SuppressedDestination && entryOf(SuppressedDestination);
    });
  }

  async function put(address: string, reason: SuppressionListReason): Promise<void> {
    await client.send(new PutSuppressedDestinationCommand({ EmailAddress: address, Reason: reason }));
  }

  /** @returns false when it was not there */
  async function remove(address: string): Promise<boolean> {
    const removed = await unlessMissing(async () => {
      await client.send(new DeleteSuppressedDestinationCommand({ EmailAddress: address }));
      return true;
    });
    return removed === true;
  }

  return { list, get, put, remove };
}

function entryOf({
  EmailAddress = '',
  Reason = 'BOUNCE',
  LastUpdateTime,
}: Partial<SuppressedDestinationSummary>) {
  return { address: EmailAddress, reason: Reason, updatedAtMs: LastUpdateTime?.getTime() ?? 0 };
}

async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotFoundException) {
      return undefined;
    }
    throw error;
  }
}
