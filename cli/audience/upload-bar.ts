import { Presets, SingleBar } from 'cli-progress';

/** How far an upload is, on a terminal; elsewhere nothing is drawn. */
export function uploadBar(label: string, bytes: number) {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: `   ${label} [{bar}] {percentage}% | {eta_formatted}`,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  // Without a terminal it draws nothing.
  bar.start(bytes, 0);
  return {
    add: (more: number) => bar.increment(more),
    end: () => bar.stop(),
  };
}
