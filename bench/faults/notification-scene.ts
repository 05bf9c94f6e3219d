import { recipientIdOf } from '../../domain/address.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { type Account, accountOf, type Report } from './account.ts';
import { type SimulatedStack, tables } from './stack.ts';
import { startMs } from './world.ts';

/** A few notifications of every kind, one of them published twice, and poison. @param run - Makes ids unique. */
export async function notificationScene(stack: SimulatedStack, run: string): Promise<Account> {
  const { world, notifications } = stack;
  const notification = (id: string, localPart: string, more: object = {}) => ({
    notificationId: `${run}-${id}`,
    template: 'password',
    recipient: { address: `${localPart}-${run}-${id}@example.com` },
    data: { code: '123456' },
    ...more,
  });
  const collapsing = { template: 'announcement', data: {}, collapseKey: run };
  const asked = [
    notification('plain', 'someone'),
    notification('plain', 'someone'),
    notification('news', 'someone', { template: 'announcement', data: {} }),
    notification('expiring', 'someone', { expiresAt: formatTimestamp(startMs + 60_000) }),
    notification('bouncing', 'bounce'),
    notification('complained', 'complain', { template: 'announcement', data: {} }),
    notification('suppressed', 'stopped'),
    notification('first', 'someone', collapsing),
    notification('second', 'someone', collapsing),
  ];
  await tables.suppressions.add(
    { recipientId: recipientIdOf(`stopped-${run}-suppressed@example.com`), address: '' },
    'all',
    { reason: 'manual', source: 'operator', atMs: startMs },
  );
  const poison = [`{"poison of ${run}`];
  const publishing = [...asked.map((each) => JSON.stringify(each)), ...poison];
  for (const body of publishing) {
    notifications.put(body, world.between(0, 2_000));
  }
  await world.clock.run(startMs + 7 * 86_400_000);
  const ids = new Set(asked.map(({ notificationId }) => `n#${notificationId}`));
  const reports: Report[] = [];
  for (const deliveryId of ids) {
    const delivery = await tables.deliveries.get(deliveryId);
    reports.push({ deliveryId, state: delivery?.state });
  }
  return accountOf(stack, reports, poison);
}
