import type { Part } from './compiled.ts';

/** Whether a part shows the unsubscribe link outside every block, so that no data can hide it. */
export function showsUnsubscribe(part: Part): boolean {
  return part.some((op) => typeof op !== 'string' && op[0] === 'v' && op[1].join('.') === '0.unsubscribeUrl');
}
