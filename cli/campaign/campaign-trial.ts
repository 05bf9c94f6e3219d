import { type Trial, type TrialMeasure, trialMeasures } from '../../domain/experiment/trial.ts';
import { type Tracked, trackable } from '../../domain/tracking.ts';
import { type Call, UsageError } from '../command.ts';

/** What is counted of a campaign's recipients, and what follows from it. */
export const trialOptions = {
  track: {
    type: 'string',
    value: 'WHAT',
    help: '"opens", "clicks" or "opens,clicks": SES adds a pixel, and links lead through it; nothing by default',
  },
  winner: {
    type: 'string',
    value: 'BY',
    help: '"clicks" or "unsubscribes": most wait for the better variant; a campaign without it sends all variants at once',
  },
  after: {
    type: 'string',
    value: 'TIME',
    help: 'until --winner is judged, from the last mail of the trial: 4h',
  },
  share: { type: 'string', value: 'SHARE', help: 'who gets the variants before --winner is known: 20%' },
} as const;

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parts of an audience are kept for longer, with time to send them. */
const mostAfterMs = 7 * unitMs.d;

/** @throws UsageError */
export function trackedOption(option: string | undefined): readonly Tracked[] | undefined {
  if (option === undefined) {
    return undefined;
  }
  const wanted = option.split(',');
  if (!wanted.every((each) => trackable.some((known) => known === each))) {
    throw new UsageError('--track is opens, clicks or opens,clicks');
  }
  return trackable.filter((each) => wanted.includes(each));
}

/** @throws UsageError */
export function trialOption(
  call: Call,
  hasVariants: boolean,
  tracked: readonly Tracked[] | undefined,
): Trial | undefined {
  const option = call.text('winner');
  const [after, share] = [call.text('after'), call.text('share')];
  if (option === undefined) {
    if (after !== undefined || share !== undefined) {
      throw new UsageError('--after and --share are of a campaign with --winner');
    }
    return undefined;
  }
  const by: TrialMeasure | undefined = trialMeasures.find((each) => each === option);
  if (by === undefined) {
    throw new UsageError('--winner is clicks or unsubscribes');
  }
  if (!hasVariants) {
    throw new UsageError('--winner is for a campaign with variants: give --variant as well');
  }
  if (by === 'clicks' && tracked?.includes('clicks') !== true) {
    throw new UsageError('--winner clicks goes by clicks, which are counted with --track clicks');
  }
  return { by, afterMs: afterOption(after), share: shareOption(share) };
}

function afterOption(option = '4h'): number {
  const [, number, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(option) ?? [];
  const ms = Number(number) * (unitMs[unit as keyof typeof unitMs] ?? Number.NaN);
  if (!(ms <= mostAfterMs)) {
    throw new UsageError('--after is a time such as 90m, 4h or 2d, and 7d at most');
  }
  return ms;
}

function shareOption(option = '20%'): number {
  const percent = Number(/^(\d{1,2}(?:\.\d{1,2})?)%$/.exec(option)?.[1]);
  if (!(percent >= 1 && percent <= 90)) {
    throw new UsageError('--share is from 1% to 90%');
  }
  return percent / 100;
}
