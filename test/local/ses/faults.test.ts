import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createFaults } from '../../../local/ses/faults.ts';
import { email, type LocalSes, outcome, startLocalSes, withEvents } from './local-ses.ts';

describe('call faults', () => {
  const drawn = (seed: number) => {
    const faults = createFaults({
      seed,
      calls: { throttle: { probability: 0.2 }, errorAfterAcceptance: { probability: 0.2 } },
    });
    return Array.from({ length: 1000 }, () => faults.ofCall());
  };

  it('are the same for the same seed, and others for another', () => {
    expect(drawn(5)).toEqual(drawn(5));
    expect(drawn(5)).not.toEqual(drawn(6));
  });

  it('come about as often as their probability says', () => {
    const share = drawn(5).filter((fault) => fault === 'throttle').length / 1000;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.25);
  });

  it('strike the next n calls, then no more', () => {
    const faults = createFaults({ calls: { paused: { next: 2 } } });
    expect([faults.ofCall(), faults.ofCall(), faults.ofCall()]).toEqual(['paused', 'paused', undefined]);
    expect(faults.settings().calls.paused).toEqual({ next: 0 });
  });

  it('keep what a change does not name', () => {
    const faults = createFaults({ calls: { paused: { next: 2 } }, events: { duplicateProbability: 1 } });
    faults.update({ calls: { throttle: { next: 1 } } });
    expect(faults.settings()).toMatchObject({
      calls: { paused: { next: 2 }, throttle: { next: 1 } },
      events: { duplicateProbability: 1 },
    });
  });
});

describe('a SendEmail call', () => {
  let local: LocalSes;
  afterEach(() => local.close());

  it.each([
    { fault: 'throttle', answer: { error: 'TooManyRequestsException', status: 429 }, accepted: 0 },
    { fault: 'quota', answer: { error: 'LimitExceededException', status: 400 }, accepted: 0 },
    { fault: 'paused', answer: { error: 'SendingPausedException', status: 400 }, accepted: 0 },
    {
      fault: 'errorBeforeAcceptance',
      answer: { error: 'InternalServiceErrorException', status: 500 },
      accepted: 0,
    },
    {
      fault: 'errorAfterAcceptance',
      answer: { error: 'InternalServiceErrorException', status: 500 },
      accepted: 1,
    },
    { fault: 'timeoutAfterAcceptance', answer: { error: 'Error', status: undefined }, accepted: 1 },
  ])('with $fault answers $answer and accepts $accepted', async ({ fault, answer, accepted }) => {
    local = await startLocalSes({ faults: { calls: { [fault]: { next: 1 } } } });
    expect(await outcome(local.client.send(new SendEmailCommand(email())))).toMatchObject(answer);
    expect(local.ses.store.count()).toBe(accepted);
    expect(await outcome(local.client.send(new SendEmailCommand(email())))).toHaveProperty('messageId');
  });
});

describe('event faults', () => {
  let local: LocalSes;
  afterEach(() => local.close());

  const sendMails = async (mails: number) => {
    const ConfigurationSetName = withEvents(local);
    for (let i = 0; i < mails; i++)
      await local.client.send(new SendEmailCommand(email({ ConfigurationSetName })));
  };

  it('publish an event twice', async () => {
    local = await startLocalSes({ faults: { events: { duplicateProbability: 1 } } });
    await sendMails(1);
    await local.advance(5_000);
    expect(local.events.map(({ eventType }) => eventType)).toEqual(['Send', 'Send', 'Delivery', 'Delivery']);
  });

  it('hold events back', async () => {
    local = await startLocalSes({ faults: { events: { delayMs: [10_000, 20_000] } } });
    await sendMails(1);
    await local.advance(9_999);
    expect(local.events).toEqual([]);
    expect(local.ses.pending()).toBeGreaterThan(0);
    await local.advance(20_000);
    expect(local.events).toHaveLength(2);
    expect(local.ses.pending()).toBe(0);
  });

  it('change the order of events and lose none, also when the window does not fill', async () => {
    local = await startLocalSes({ faults: { events: { shuffleWindow: 15 } } });
    await sendMails(10);
    await local.advance(10_000);
    const types = local.events.map(({ eventType }) => eventType);
    expect(types).toHaveLength(20);
    expect(types.filter((type) => type === 'Send')).toHaveLength(10);
    expect(types).not.toEqual([...types].sort().reverse());
  });
});
