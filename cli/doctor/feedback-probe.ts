import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { bucket } from '../../aws/bucket.ts';
import { deliveriesTable } from '../../aws/deliveries.ts';
import type { Delivery } from '../../aws/delivery-item.ts';
import { objectList } from '../../aws/object-list.ts';
import { publishedTemplates } from '../../aws/published-templates.ts';
import { queue } from '../../aws/queue.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { templates } from '../../aws/templates.ts';
import { parseAddress } from '../../domain/address.ts';
import { deliveryId } from '../../domain/delivery.ts';
import type { ProbeResult } from '../../domain/doctor/facts.ts';
import { exampleOf } from '../../domain/template/check/example-data.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { missingData } from '../../domain/template/validate.ts';
import { CommandError } from '../command.ts';

/** Mailboxes of the simulator, and what has to become of mail to each. */
const mailboxes = [
  { mailbox: 'bounce', ends: 'bounced', suppresses: true },
  { mailbox: 'complaint', ends: 'complained', suppresses: true },
  { mailbox: 'success', ends: 'delivered', suppresses: false },
] as const;

const lookEveryMs = 500;

/**
 * Sends a notification to three mailboxes of SES's simulator by the way of all notifications, and follows each until it is recorded. The
 * mailboxes have a label of their own, and what was suppressed is forgotten again.
 */
export async function probeFeedback(outputs: StackOutputs, timeoutSeconds: number): Promise<ProbeResult[]> {
  const template = await anyTemplate(outputs);
  const run = randomUUID();
  return await Promise.all(
    mailboxes.map((each) => probeMailbox(outputs, template, run, each, timeoutSeconds)),
  );
}

async function probeMailbox(
  outputs: StackOutputs,
  template: CompiledTemplate,
  run: string,
  { mailbox, ends, suppresses }: (typeof mailboxes)[number],
  timeoutSeconds: number,
): Promise<ProbeResult> {
  const deliveries = deliveriesTable(outputs.DeliveriesTableName);
  const suppressions = suppressionsTable(outputs.SuppressionsTableName);
  const notificationId = `doctor-${run}-${mailbox}`;
  const { wire, recipientId } = parseAddress(`${mailbox}+${run}@simulator.amazonses.com`, 'address');
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 100) / 10;
  await queue(outputs.NotificationsQueueUrl).send(
    JSON.stringify({
      notificationId,
      template: template.name,
      templateHash: template.hash,
      recipient: { address: wire },
      data: exampleOf(template.schema),
    }),
  );
  let delivery: Delivery | undefined;
  let suppressed = false;
  try {
    while (seconds() < timeoutSeconds) {
      delivery = await deliveries.get(deliveryId({ kind: 'notification', notificationId }));
      suppressed = (await suppressions.find([recipientId])).has(recipientId);
      if (delivery?.state === ends && suppressed === suppresses) {
        return { mailbox, reached: 'ok', seconds: seconds() };
      }
      await setTimeout(lookEveryMs);
    }
    const reason = delivery?.reason === undefined ? '' : `: ${delivery.reason}`;
    return {
      mailbox,
      reached: stuckAt(delivery, ends),
      seconds: seconds(),
      ...(delivery === undefined ? {} : { detail: `${delivery.state}${reason}` }),
    };
  } finally {
    await suppressions.forget(recipientId);
  }
}

/** The first place that the mail did not get past. */
function stuckAt(delivery: Delivery | undefined, ends: string): ProbeResult['reached'] {
  if (delivery === undefined) {
    return 'queue';
  }
  if (delivery.state === ends) {
    return 'suppression';
  }
  // On the way to a complaint the mail is delivered first.
  const awaitsEvent = ['accepted', 'delayed', 'delivered'].includes(delivery.state);
  const neverSent = ['waiting', 'attempting', 'unknown', 'suppressed', 'rejected', 'expired'].includes(
    delivery.state,
  );
  return neverSent ? 'ses' : awaitsEvent ? 'event' : 'ledger';
}

/** The first transactional template that takes made-up data. */
async function anyTemplate(outputs: StackOutputs): Promise<CompiledTemplate> {
  const store = bucket(outputs.BucketName);
  const catalogue = templates(store, Date.now);
  for (const { name, hash } of await publishedTemplates(store, objectList(outputs.BucketName))) {
    const template = await catalogue.find(name, hash);
    const data = template && exampleOf(template.schema);
    if (
      template?.category === 'transactional' &&
      typeof data === 'object' &&
      data !== null &&
      missingData(template, { ...data }).length === 0
    ) {
      return template;
    }
  }
  throw new CommandError(
    'no transactional template is published that takes made-up data, and a probe needs one',
  );
}
