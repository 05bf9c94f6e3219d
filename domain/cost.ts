/** What AWS asks for one of something. */
export interface Price {
  /** US dollars for one. */
  readonly usd: number;
  /** What one is. */
  readonly unit: string;
  readonly source: string;
}

/** When these prices were put together, and of which region they are; there is no free tier in them. */
export const pricesAsOf = '2026-11-24';
export const pricesRegion = 'us-east-1';

const summary = 'secondary: price summaries of 2026, AWS shows its own by script only';

/**
 * The prices behind `usdPerMillion`. SES's own price is not among them ($100 to $160 a million): it is the same whoever sends. Nor is
 * what is paid by the month and not by the mail: alarms, custom metrics, the secret, storage, and the polling of idle queues.
 */
export const prices = {
  sqsRequest: { usd: 0.4e-6, unit: 'request to a standard queue, for each 64 KB begun', source: summary },
  snsPublish: {
    usd: 0.5e-6,
    unit: 'publish to a standard topic, for each 64 KB begun; SQS bills the delivery',
    source: summary,
  },
  lambdaRequest: { usd: 0.2e-6, unit: 'invocation', source: summary },
  lambdaGbSecond: { usd: 1.33334e-5, unit: 'GB-second on arm64', source: summary },
  dynamoDbWriteUnit: {
    usd: 0.625e-6,
    unit: 'write request unit, on demand',
    source: 'two price summaries since the cut of November 2024',
  },
  dynamoDbReadUnit: {
    usd: 0.125e-6,
    unit: 'read request unit, on demand',
    source: 'two price summaries since the cut of November 2024',
  },
  s3Put: { usd: 5e-6, unit: 'PUT or LIST request', source: 'from memory, not looked up' },
  s3Get: { usd: 4e-7, unit: 'GET request', source: 'from memory, not looked up' },
  logsByte: { usd: 0.5e-9, unit: 'byte that CloudWatch Logs takes in', source: summary },
  secretsManagerCall: { usd: 5e-6, unit: 'GetSecretValue', source: 'from memory, not looked up' },
} as const satisfies Record<string, Price>;

/** SES's own price of a mail by the account's `PricingAttributes.CurrentPlan`, as of its first step; attachments and data come on top. */
export const sesMailPrices: Readonly<Record<string, Price>> = {
  NONE: { usd: 1e-4, unit: 'mail, à la carte', source: 'price list of SES since July 2026' },
  ESSENTIALS: {
    usd: 1.6e-4,
    unit: 'mail of the first ten million a month',
    source: 'price list of SES since July 2026',
  },
};

export type Priced = keyof typeof prices;

/** How much of what is priced. */
export type Quantities = Readonly<Record<Priced, number>>;

export const nothing = Object.fromEntries(Object.keys(prices).map((name) => [name, 0])) as Record<
  Priced,
  number
>;

export function scaled(quantities: Quantities, factor: number): Quantities {
  return combined([quantities], (amounts) => (amounts[0] ?? 0) * factor);
}

export function sumOf(parts: readonly Quantities[]): Quantities {
  return combined(parts, (amounts) => amounts.reduce((sum, amount) => sum + amount, 0));
}

export function usdOf(quantities: Quantities): number {
  return (Object.keys(prices) as Priced[]).reduce(
    (sum, name) => sum + quantities[name] * prices[name].usd,
    0,
  );
}

function combined(parts: readonly Quantities[], combine: (amounts: readonly number[]) => number): Quantities {
  const names = Object.keys(prices) as Priced[];
  return Object.fromEntries(names.map((name) => [name, combine(parts.map((part) => part[name]))])) as Record<
    Priced,
    number
  >;
}
