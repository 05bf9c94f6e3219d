import type { Ses } from '../ses/ses.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { FunctionPool } from './lambda/function-pool.ts';
import type { Work } from './work.ts';

export interface Busy {
  readonly eventSources: readonly EventSourceMapping[];
  readonly functions: FunctionPool;
  readonly work: Work;
  readonly ses: Ses;
}

/** How often to look. */
const lookMs = 20;

/**
 * Resolves when nothing is left to do. Looking takes several calls, so it counts only when
 * nothing began meanwhile.
 *
 * @throws Error naming what is left after `timeoutMs`.
 */
export async function whenIdle(busy: Busy, timeoutMs: number): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const started = busy.work.started;
    const left = await leftToDo(busy);
    if (left.length === 0 && busy.work.started === started) {
      return;
    }
    if (Date.now() > deadlineMs) {
      throw new Error(`the pipeline is not idle after ${timeoutMs} ms: ${left.join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function leftToDo({ eventSources, functions, work, ses }: Busy): Promise<string[]> {
  const left: string[] = [];
  for (const mapping of eventSources) {
    const { visible, delayed, inFlight } = await mapping.depth();
    if (visible + delayed + inFlight > 0) {
      left.push(
        `${mapping.settings.logicalId}: ${visible} visible, ${delayed} delayed, ${inFlight} in flight`,
      );
    }
  }
  for (const [count, what] of [
    [functions.running, 'running functions'],
    [work.pending, 'deliveries underway'],
    [ses.pending(), 'mails and events in SES'],
  ] as const) {
    if (count > 0) {
      left.push(`${count} ${what}`);
    }
  }
  return left;
}
