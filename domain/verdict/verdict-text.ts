import type { Fault } from '../bounce/reason.ts';
import { formatTimestamp } from '../timestamp.ts';

/** A sentence in both languages. */
export interface Text {
  readonly ja: string;
  readonly en: string;
}

/** Whose fault it is that a mail did not arrive; nobody's where it did, or still may. */
export type VerdictFault = Fault | 'nobody';

/**
 * What is said of a mail. `{at}` and the like are filled in: `{at}`, `{since}` and `{until}` are times, `{why}` is a sentence of whoever
 * gave the reason, `{fix}` what that says is to be done, `{provider}`, `{campaign}` and `{id}` are names.
 */
export interface VerdictText {
  readonly fault: VerdictFault;
  /** What happened, for a support person. */
  readonly title: Text;
  /** One sentence for the customer. */
  readonly customer: Text;
  /** What we do now. */
  readonly next: Text;
  /** What the customer is asked to do, where that helps. */
  readonly ask?: Text;
}

/** The catalogue of bounce reasons says it. */
export const why: Text = { ja: '{why}', en: '{why}' };
export const fix: Text = { ja: '{fix}', en: '{fix}' };

/** Customers who wait need no more than this. */
export const nothingToDo: Text = {
  ja: 'お客様に行っていただく操作はありません。',
  en: 'There is nothing you need to do.',
};

/** What stands in a text for what is not known. */
const notRecorded: Text = { ja: '日時の記録なし', en: 'time not recorded' };

/** Values of a text by name: the same in both languages, or one for each. */
export type Facts = Readonly<Record<string, Text | string | undefined>>;

export function filled(text: Text, facts: Facts): Text {
  const fill = (language: keyof Text) =>
    text[language].replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const fact = facts[name] ?? notRecorded;
      return typeof fact === 'string' ? fact : fact[language];
    });
  return { ja: fill('ja'), en: fill('en') };
}

const japanMs = 9 * 3_600_000;

/** A time as either reader wants it: Japan Standard Time, and UTC. To the minute. */
export function timeText(epochMs: number): Text {
  const minutes = (ms: number) => formatTimestamp(ms).slice(0, 16).replace('T', ' ');
  return { ja: `${minutes(epochMs + japanMs)}(日本時間)`, en: `${minutes(epochMs)} UTC` };
}
