import { type Options, Presets, SingleBar } from 'cli-progress';

/** Where the story is told: sentences, and how far a long step is. */
export interface Narrator {
  readonly say: (line: string) => void;
  /** @returns a function that ends the bar */
  readonly follow: (label: string, total: number, done: () => number) => () => void;
}

const redrawMs = 200;
/** Where the output is no terminal, a line now and then is enough. */
const lineMs = 2_000;

/** @param stream - `process.stdout`, or `process.stderr` where standard output is kept for JSON. */
export function narrator(stream: NodeJS.WriteStream): Narrator {
  const say = (line: string) => void stream.write(`${line}\n`);
  return {
    say,
    follow(label, total, done) {
      if (!stream.isTTY) {
        const timer = setInterval(() => say(`   ${label}: ${done()} of ${total}`), lineMs);
        return () => clearInterval(timer);
      }
      const options: Options = {
        stream,
        format: `   ${label} [{bar}] {percentage}% | {value}/{total} | {eta_formatted}`,
        hideCursor: true,
      };
      const bar = new SingleBar(options, Presets.shades_classic);
      bar.start(total, 0);
      const timer = setInterval(() => bar.update(Math.min(total, done())), redrawMs);
      return () => {
        clearInterval(timer);
        bar.update(Math.min(total, done()));
        bar.stop();
      };
    },
  };
}
