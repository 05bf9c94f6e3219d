import type { SendNotificationPorts } from '../../functions/notification/notification-job.ts';
import { sendNotification } from '../../functions/send-notification.ts';
import { inMemoryDeliveries } from '../../test/functions/in-memory-deliveries.ts';
import { inMemoryCollapseWindows } from '../../test/functions/in-memory-ports.ts';
import { type LambdaQueue, lambdaQueue } from './lambda-queue.ts';
import { environmentPorts, type Stack } from './lane.ts';

/** As in `infra/todoke-stack.ts`. */
const timeoutMs = 30_000;

/** One-time passwords that services publish independently of each other, on the production code of `send-notification`. */
export function notificationLane(stack: Stack, maxConcurrency: number, perSecond: number): void {
  const { clock, network, tally } = stack;
  const { slow, latencies } = network;
  const deliveries = inMemoryDeliveries();
  const queue: LambdaQueue = lambdaQueue(clock, network, { batchSize: 10, maxConcurrency }, () => {
    const environment = environmentPorts(stack);
    const ports: SendNotificationPorts = {
      ...environment,
      queue: { send: (body, options = {}) => queue.send(body, options) },
      collapseWindows: inMemoryCollapseWindows(),
      deliveries: {
        claim: slow(latencies.dynamodb, deliveries.claim),
        reclaim: slow(latencies.dynamodb, deliveries.reclaim),
        release: slow(latencies.dynamodb, deliveries.release),
        recordWaiting: slow(latencies.dynamodb, deliveries.recordWaiting),
        recordAccepted: slow(latencies.dynamodb, deliveries.recordAccepted),
        settle: slow(latencies.dynamodb, deliveries.settle),
        recordRejected: slow(latencies.dynamodb, deliveries.recordRejected),
        proved: slow(latencies.dynamodb, deliveries.proved),
      },
      sendMail: async (mail) => {
        const answer = await environment.sendMail(mail);
        if (answer.outcome === 'accepted') {
          tally.accepted(mail.tags['todoke-notification'] ?? '');
        }
        return answer;
      },
    };
    return async (record) => await sendNotification(ports, ports.nowMs() + timeoutMs)(record);
  });
  clock.start(publish());

  async function publish(): Promise<void> {
    for (let n = 0; ; n++) {
      await clock.sleep(network.untilNextMs(perSecond));
      const notificationId = `password-${n}`;
      tally.published(notificationId);
      const body = JSON.stringify({
        notificationId,
        template: 'password',
        recipient: { address: 'someone@example.com' },
        data: { code: '123456' },
      });
      clock.start(queue.send(body).then(() => undefined));
    }
  }
}
