import { costOf } from '../../bench/send/cost.ts';
import { type CountedCampaign, countCampaign } from '../../bench/send/counted-campaign.ts';
import { measureEfficiency } from '../../bench/send/efficiency.ts';
import { stackFacts } from '../../bench/send/stack-facts.ts';
import {
  nothing,
  type Priced,
  prices,
  pricesAsOf,
  type Quantities,
  scaled,
  sumOf,
  usdOf,
} from '../../domain/cost.ts';
import { assemblyDirectory } from '../assembly.ts';

describe('a counted campaign', () => {
  /** Two chunks of two quanta each; one recipient in a hundred bounces, one complains. */
  const mails = 400;
  const events = 5;
  let counted: CountedCampaign;

  beforeAll(async () => {
    counted = await countCampaign(assemblyDirectory, {
      mails,
      // Fast enough for quanta of a hundred, and one item of slots.
      maxSendRate: 10_000,
      tracing: 'failures',
      failures: true,
    });
  }, 120_000);

  it.each([
    { operation: 'ses:SendEmail', calls: mails, because: 'one for each mail' },
    { operation: 'dynamodb:BatchGetItem', calls: 4, because: 'suppressions once for each quantum' },
    {
      operation: 'dynamodb:TransactWriteItems',
      calls: 2 + events,
      because: 'one closes each chunk, one counts each event',
    },
    { operation: 'sns:Publish', calls: events, because: 'one for each event' },
    { operation: 'sqs:SendMessage', calls: events, because: 'the topic passes each event on' },
    { operation: 'sqs:SendMessageBatch', calls: 1, because: 'ten chunk pointers fit into one' },
  ])('makes $calls calls of $operation: $because', ({ operation, calls }) => {
    expect(counted.calls[operation]).toBe(calls);
  });

  it('counts every call once in the calls per mail', () => {
    const byService = (service: string) =>
      Object.entries(counted.calls)
        .filter(([operation]) => operation.startsWith(`${service}:`))
        .reduce((sum, [, calls]) => sum + calls, 0);
    expect(counted.callsPerMail.ses).toBe(byService('ses') / mails);
    expect(counted.callsPerMail.dynamodb).toBeCloseTo(byService('dynamodb') / mails);
    expect(counted.callsPerMail.sqs).toBeCloseTo(byService('sqs') / mails);
  });

  it('sends each chunk with one message', () => {
    expect(counted.chunkMessages * mails).toBe(2);
    expect(counted.events * mails).toBe(events);
  });

  it('reads a suppression for half a unit, and little else', () => {
    const others = counted.sending.dynamoDbReadUnit - 0.5;
    expect(others).toBeGreaterThan(0);
    expect(others * mails).toBeLessThan(40);
  });

  it('writes a claim and slots for each quantum, and closes each chunk', () => {
    const units = counted.sending.dynamoDbWriteUnit * mails;
    // Creation, claim, take, the closing transaction of two items at two units, and whether that was the last.
    expect(units).toBeGreaterThanOrEqual(2 * (1 + 1 + 1 + 4 + 1));
    expect(units).toBeLessThan(36);
  });

  it('writes a suppression, evidence and a counter for each event', () => {
    expect(counted.feedback.dynamoDbWriteUnit * mails).toBeGreaterThanOrEqual(events * 6);
    expect(counted.feedback.snsPublish * mails).toBeCloseTo(events);
  });
});

describe('prices', () => {
  it.each(Object.entries(prices))('%s has an amount, a unit and a source', (_, { usd, unit, source }) => {
    expect(usd).toBeGreaterThan(0);
    expect(unit).not.toBe('');
    expect(source).not.toBe('');
  });

  it('have a date', () => {
    expect(pricesAsOf).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('add up', () => {
    const each = (amount: number) =>
      Object.fromEntries(Object.keys(prices).map((name) => [name, amount])) as Record<Priced, number>;
    const all = Object.values(prices).reduce((sum, { usd }) => sum + usd, 0);
    expect(usdOf(nothing)).toBe(0);
    expect(usdOf(each(1))).toBeCloseTo(all, 12);
    expect(usdOf(sumOf([each(1), scaled(each(2), 3)]))).toBeCloseTo(7 * all, 12);
  });
});

describe('costOf', () => {
  const facts = stackFacts(assemblyDirectory);
  const campaign = (more: Partial<CountedCampaign> = {}): CountedCampaign => ({
    mails: 1000,
    planning: nothing,
    sending: nothing,
    feedback: nothing,
    events: 0,
    chunkMessages: 0,
    callsPerMail: {},
    calls: {},
    ...more,
  });
  const one = (name: Priced): Quantities => ({ ...nothing, [name]: 1 });
  const base = costOf(100, campaign(), campaign(), facts).usdPerMillion;

  it('takes what was counted a million times', () => {
    const sent = campaign({ sending: one('dynamoDbWriteUnit') });
    expect(costOf(100, sent, campaign(), facts).usdPerMillion - base).toBeCloseTo(0.625, 9);
    const traced = campaign({ feedback: one('snsPublish') });
    expect(costOf(100, campaign(), traced, facts).usdPerMillion - base).toBeCloseTo(0.5, 9);
  });

  it('pays every worker for as long as the campaign takes', () => {
    const { memoryMegabytes, maxConcurrency } = facts.chunks;
    const gbSeconds = maxConcurrency * (memoryMegabytes / 1024) * 10_000;
    const { sendingLambda } = costOf(100, campaign(), campaign(), facts).usdBy;
    // The keys of unsubscribe tokens are read every five minutes on top.
    expect(sendingLambda).toBeGreaterThan(gbSeconds * prices.lambdaGbSecond.usd);
    expect(sendingLambda).toBeLessThan(gbSeconds * prices.lambdaGbSecond.usd + 0.001);
  });

  it('asks SQS for the delivery of each event, its receive and its delete', () => {
    const traced = campaign({ events: 1 });
    // At 500 events a second ten of them are received and deleted together.
    expect(costOf(500, campaign(), traced, facts).usdBy.feedback).toBeCloseTo(1.2 * 0.4, 9);
  });

  it('is the sum of its parts', () => {
    const traced = campaign({ events: 0.01, planning: one('s3Get'), feedback: one('dynamoDbReadUnit') });
    const { usdBy, usdPerMillion } = costOf(14, campaign({ chunkMessages: 0.005 }), traced, facts);
    expect(Object.values(usdBy).reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(usdPerMillion, 9);
  });
});

it('holds the pipeline against a loop that sends as many bytes', async () => {
  const measured = await measureEfficiency(assemblyDirectory, 'campaign', {
    mails: 200,
    finishedMails: 100,
    warmUpRounds: 0,
    rounds: 1,
  });
  expect(measured).toMatchObject({ lane: 'campaign', mails: 200, rounds: 1, threads: 2 });
  expect(measured.efficiency).toBeGreaterThan(0);
  expect(measured.cpuEfficiency).toBeGreaterThan(0);
}, 120_000);
