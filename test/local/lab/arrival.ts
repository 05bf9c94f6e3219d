import { type Lab, startLab } from '../../../local/lab/lab.ts';
import type { RecordSets } from '../../../local/lab/zone.ts';
import { seededRandom } from '../../../local/ses/seeded-random.ts';
import { createSes, type Ses, type SesOptions } from '../../../local/ses/ses.ts';

const place = { region: 'us-east-1', accountId: '123456789012' };
const caller = { accessKeyId: 'AKIAEXAMPLE', arn: 'arn:aws:sts::123456789012:assumed-role/sender/fn' };

interface BounceEvent {
  readonly bounceType: string;
  readonly bounceSubType: string;
  readonly bouncedRecipients: readonly { readonly status: string; readonly diagnosticCode: string }[];
  readonly [name: string]: unknown;
}

/** What a test looks at in an event record. */
export interface ArrivalEvent {
  readonly eventType: string;
  readonly mail: { readonly messageId: string; readonly timestamp: string };
  readonly delivery?: { readonly smtpResponse: string; readonly [name: string]: unknown };
  readonly deliveryDelay?: {
    readonly delayType: string;
    readonly delayedRecipients: readonly { readonly status: string; readonly diagnosticCode: string }[];
  };
  readonly bounce?: BounceEvent;
}

export interface Content {
  /** RFC 5322, to be sent as it is. */
  readonly raw?: string;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** SES and the lab together, without a pipeline around them. */
export interface Arrival {
  readonly lab: Lab;
  readonly ses: Ses;
  /** Sends one mail, waits until nothing happens to it any more, and returns its events. */
  send(
    to: string | readonly string[],
    content?: Content,
    configurationSet?: string,
  ): Promise<readonly ArrivalEvent[]>;
  /** Puts back every record and setting that a test changed. */
  reset(): void;
  close(): Promise<void>;
}

export async function startArrival(options: Partial<SesOptions> = {}): Promise<Arrival> {
  const faults: unknown[] = [];
  const events: ArrivalEvent[] = [];
  const lab = await startLab({ place, nowMs: Date.now, onFault: (error) => faults.push(error) });
  const ses = createSes({
    place,
    nowMs: Date.now,
    random: seededRandom(1),
    publish: async (_topicArn, eventJson) => void events.push(JSON.parse(eventJson)),
    transport: lab.transport,
    latencies: { answerMs: [0, 0], retryMs: [5, 5] },
    account: { maxSendRate: 1_000 },
    onFault: (error) => faults.push(error),
    ...options,
  });
  for (const [name, tlsPolicy] of [
    ['todoke', 'OPTIONAL'],
    ['tls', 'REQUIRE'],
  ] as const) {
    ses.createConfigurationSet(name, { tlsPolicy });
    ses.addEventDestination(name, {
      name: 'feedback',
      enabled: true,
      matchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT', 'DELIVERY_DELAY'],
      topicArn: 'arn:aws:sns:us-east-1:123456789012:feedback',
    });
  }
  lab.publishSender('example.com');
  const healthy = lab.zone.sets();
  const settings = new Map(lab.receivers.map((receiver) => [receiver, receiver.settings()]));

  const reset = () => {
    const added = Object.keys(lab.zone.sets()).filter((key) => !(key in healthy));
    lab.zone.change({ ...Object.fromEntries(added.map((key) => [key, null])), ...(healthy as RecordSets) });
    for (const [receiver, before] of settings) receiver.change(before);
    ses.setIdentity('example.com', {
      verified: true,
      signingEnabled: true,
      dkimStatus: 'SUCCESS',
      mailFromDomain: 'bounce.example.com',
      mailFromStatus: 'SUCCESS',
    });
  };
  reset();

  return {
    lab,
    ses,
    async send(to, { raw, text = 'Hello', headers = {} } = {}, configurationSet = 'todoke') {
      const body = {
        FromEmailAddress: 'Todoke <news@example.com>',
        Destination: { ToAddresses: [to].flat() },
        ConfigurationSetName: configurationSet,
        Content:
          raw === undefined
            ? {
                Simple: {
                  Subject: { Data: 'Hello' },
                  Body: { Text: { Data: text } },
                  Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
                },
              }
            : { Raw: { Data: Buffer.from(raw).toString('base64') } },
      };
      const answered = await ses.handle(
        {
          method: 'POST',
          path: '/v2/email/outbound-emails',
          query: new URLSearchParams(),
          headers: {},
          body: Buffer.from(JSON.stringify(body)),
        },
        caller,
      );
      const { MessageId } = JSON.parse(String(answered.body)) as { MessageId?: string };
      if (MessageId === undefined) throw new Error(String(answered.body));
      while (ses.pending() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      if (faults.length > 0) throw new AggregateError(faults, 'the lab had faults');
      return events.filter(({ mail }) => mail.messageId === MessageId);
    },
    reset,
    async close() {
      ses.close();
      await lab.close();
    },
  };
}
