import { seededRandom } from '../../../local/ses/seeded-random.ts';
import { createSes, type SesOptions } from '../../../local/ses/ses.ts';
import { email, PLACE, TOPIC } from './local-ses.ts';

const operator = { accessKeyId: 'AKIAEXAMPLE', arn: 'arn:aws:iam::123456789012:user/operator' };

/** A SES on real timers, to which one mail has been sent. */
async function sesWithOneMail(options: Partial<SesOptions>) {
  const ses = createSes({
    place: PLACE,
    nowMs: Date.now,
    random: seededRandom(1),
    publish: async () => undefined,
    latencies: { answerMs: [1, 2] },
    ...options,
  });
  ses.createIdentity('example.com', { verified: true });
  ses.createConfigurationSet('todoke');
  ses.addEventDestination('todoke', {
    name: 'feedback',
    enabled: true,
    matchingEventTypes: ['SEND', 'DELIVERY'],
    topicArn: TOPIC,
  });
  await ses.handle(
    {
      method: 'POST',
      path: '/v2/email/outbound-emails',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(JSON.stringify(email({ ConfigurationSetName: 'todoke' }))),
    },
    operator,
  );
  return ses;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the local SES on real timers', () => {
  it('delivers and publishes by itself, and knows when nothing more will happen', async () => {
    const published: string[] = [];
    const ses = await sesWithOneMail({
      publish: async (_topicArn, eventJson) => void published.push(JSON.parse(eventJson).eventType),
    });
    expect(ses.pending()).toBeGreaterThan(0);
    while (ses.pending() > 0) await wait(1);
    expect(published).toEqual(['Send', 'Delivery']);
    ses.close();
  });

  it('publishes the events of a mail one after the other, however slow SNS is', async () => {
    const published: string[] = [];
    const ses = await sesWithOneMail({
      publish: async (_topicArn, eventJson) => {
        const { eventType } = JSON.parse(eventJson);
        await wait(eventType === 'Send' ? 20 : 0);
        published.push(eventType);
      },
    });
    while (ses.pending() > 0) await wait(1);
    expect(published).toEqual(['Send', 'Delivery']);
    ses.close();
  });

  it('does nothing more once it is closed', async () => {
    const published: string[] = [];
    const ses = await sesWithOneMail({ publish: async (topicArn) => void published.push(topicArn) });
    ses.close();
    await wait(20);
    expect(published).toEqual([]);
  });

  it('reports every event that SNS does not take', async () => {
    const faults: unknown[] = [];
    const down = new Error('topic is gone');
    const ses = await sesWithOneMail({
      publish: () => Promise.reject(down),
      onFault: (error) => void faults.push(error),
    });
    while (ses.pending() > 0) await wait(1);
    expect(faults).toEqual([down, down]);
    ses.close();
  });
});
