import { setTimeout } from 'node:timers/promises';

/** One failure may be a matter of the network in between. */
const maxTries = 3;
const timeoutMs = 5_000;
const pauseMs = 2_000;

/** Whether an HTTP endpoint gives an answer that is no error of its own. */
export async function answers(url: string, pause = () => setTimeout(pauseMs)): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      const { status } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(timeoutMs) });
      if (status < 500) {
        return true;
      }
    } catch {
      // No answer: said below, together with an answer that is an error.
    }
    if (tries === maxTries) {
      return false;
    }
    await pause();
  }
}
