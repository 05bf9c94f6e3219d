import { pricesAsOf, pricesRegion } from '../domain/cost.ts';
import type { Row } from './main.ts';
import { assumptions, type Cost, costOf } from './send/cost.ts';
import { type CountedCampaign, countCampaign } from './send/counted-campaign.ts';
import { type Course, type Efficiency, type Lane, measureEfficiency } from './send/efficiency.ts';
import { noLimit, withAssembly } from './send/running-stack.ts';
import { type StackFacts, stackFacts } from './send/stack-facts.ts';

/** Recipients per second at which the cost is stated, and how many mails are sent at each to count its calls. */
const rates = [
  { perSecond: 14, mails: 400 },
  { perSecond: 100, mails: 1_000 },
  { perSecond: 500, mails: 3_000 },
] as const;
/** At this one a campaign to a million takes about forty minutes; slower ones wait longer in the Lambda, in smaller quanta. */
const statedPerSecond = 500;

const courses: Readonly<Record<Lane, Course>> = {
  campaign: { mails: 12_000, finishedMails: 1_000, warmUpRounds: 2, rounds: 11 },
  notification: { mails: 600, finishedMails: 600, warmUpRounds: 1, rounds: 3 },
};

export const benchmark = {
  about:
    'Speed of the whole path against a bare loop of the same SES client, and cost of a million mails from counted calls: ' +
    `npm run bench -- send [--json]. Prices of ${pricesAsOf}, ${pricesRegion}, without SES's own; SES takes ` +
    `${assumptions.sesLatencyMs} ms and DynamoDB ${assumptions.dynamoDbLatencyMs} ms in the model of Lambda's time.`,
  async *run(): AsyncGenerator<Row> {
    yield* await withAssembly(rowsOf);
  },
};

async function rowsOf(assemblyDirectory: string): Promise<Row[]> {
  const facts = stackFacts(assemblyDirectory);
  const rows: Row[] = [];
  for (const [lane, course] of Object.entries(courses) as [Lane, Course][]) {
    rows.push(efficiencyRow(await measureEfficiency(assemblyDirectory, lane, course)));
  }
  const counted = { tracing: 'failures', failures: false } as const;
  const sentAt = new Map<number, CountedCampaign>();
  for (const { perSecond, mails } of rates) {
    sentAt.set(
      perSecond,
      await countCampaign(assemblyDirectory, { mails, maxSendRate: perSecond, ...counted }),
    );
  }
  for (const tracing of ['failures', 'full'] as const) {
    const traced = await countCampaign(assemblyDirectory, {
      mails: 4_000,
      maxSendRate: noLimit,
      tracing,
      failures: true,
    });
    rows.push(costRow(tracing, sentAt, traced, facts));
  }
  return rows;
}

function efficiencyRow(measured: Efficiency): Row {
  return {
    case: measured.lane,
    lane: measured.lane,
    efficiency: rounded(measured.efficiency, 3),
    cpuEfficiency: rounded(measured.cpuEfficiency, 3),
    mailsPerSecond: Math.round(measured.mailsPerSecond),
    bareMailsPerSecond: Math.round(measured.bareMailsPerSecond),
    mails: measured.mails,
    rounds: measured.rounds,
    threads: measured.threads,
    inFlight: measured.inFlight,
  };
}

function costRow(
  tracing: 'failures' | 'full',
  sentAt: ReadonlyMap<number, CountedCampaign>,
  traced: CountedCampaign,
  facts: StackFacts,
): Row {
  const costs = new Map<number, Cost>(
    Array.from(sentAt, ([perSecond, sent]) => [perSecond, costOf(perSecond, sent, traced, facts)]),
  );
  const stated = costs.get(statedPerSecond);
  if (stated === undefined) {
    throw new Error(`the cost at ${statedPerSecond} per second was not counted`);
  }
  return {
    case: `cost-${tracing}`,
    tracing,
    perSecond: statedPerSecond,
    usdPerMillion: rounded(stated.usdPerMillion, 3),
    usdBy: mapped(stated.usdBy, 4),
    usdPerMillionAtRate: mapped(
      Object.fromEntries(Array.from(costs, ([perSecond, cost]) => [perSecond, cost.usdPerMillion])),
      3,
    ),
    awsCallsPerMail: mapped(traced.callsPerMail, 4),
    eventsPerMail: rounded(traced.events, 4),
    pricesAsOf,
  };
}

function mapped(values: Readonly<Record<string, number>>, digits: number): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value, digits)]));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
