import { maxAttemptsInDoubt } from '../../domain/in-doubt.ts';
import {
  factsOf,
  giveBack,
  type Job,
  mayHaveBeenSent,
  type SendNotificationPorts,
} from './notification-job.ts';

/** Another worker has the same id in hand, and is done in a moment unless it died. */
const busyDelaySeconds = 2;

/** Claims a mail for its next attempt. @returns its number when the mail is ours to send now */
export async function claimNotification(ports: SendNotificationPorts, job: Job): Promise<number | undefined> {
  if (mayHaveBeenSent(job.record) && (await ports.deliveries.proved([job.id])).has(job.id)) {
    // It was only looked at again, not published again: no duplicate.
    return undefined;
  }
  const answer = await ports.deliveries.claim(job.id, factsOf(job), ports.nowMs());
  switch (answer.kind) {
    case 'claimed':
      return answer.attempt;
    case 'duplicate':
      ports.count('Duplicate');
      return undefined;
    case 'busy': {
      const delaySeconds = Math.min(busyDelaySeconds, Math.ceil(answer.retryAfterMs / 1000));
      await giveBack(ports, job, delaySeconds, mayHaveBeenSent(job.record));
      return undefined;
    }
    case 'inDoubt':
      return await claimInDoubt(ports, job, answer.attempt);
  }
}

/** No event has proved that SES accepted the earlier attempt. */
async function claimInDoubt(
  ports: SendNotificationPorts,
  { id, template }: Job,
  attempt: number,
): Promise<number | undefined> {
  if (ports.inDoubt[template.category] === 'hold' || attempt >= maxAttemptsInDoubt) {
    await ports.deliveries.settle(id, 'unknown', { reason: 'held-in-doubt' }, ports.nowMs());
    ports.count('Unknown');
    return undefined;
  }
  return (await ports.deliveries.reclaim(id, attempt, ports.nowMs())) ? attempt + 1 : undefined;
}
