import { Presets, SingleBar } from 'cli-progress';

/** How far a file is read or uploaded, on a terminal while it lasts; elsewhere nothing is drawn. */
export function progressBar(label: string, bytes: number) {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: `   ${label} [{bar}] {percentage}% | {eta_formatted}`,
      hideCursor: true,
      clearOnComplete: true,
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
