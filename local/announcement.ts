import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pipeline } from './runner/pipeline.ts';

/** Tells other processes of this machine, such as `todoke`, where the pipeline is. */
export interface Announcement {
  /** JSON with endpoint, stack name and region. */
  readonly file: string;
  /** PEM certificate with which the https endpoint can be verified. */
  readonly caFile: string;
  readonly withdraw: () => void;
}

export function announce(
  directory: string,
  { endpoint, secureEndpoint, stackName, place, caCertificate }: Pipeline,
): Announcement {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'local.json');
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, caCertificate);
  writeFileSync(
    file,
    JSON.stringify(
      { endpoint, secureEndpoint, stackName, region: place.region, caFile, pid: process.pid },
      null,
      2,
    ),
  );
  return {
    file,
    caFile,
    withdraw: () => {
      if (announcedBy(file) === process.pid) {
        rmSync(file);
      }
    },
  };
}

/** Another pipeline that was started since has put its own announcement there, which has to stay. */
function announcedBy(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown }).pid;
  } catch {
    return undefined;
  }
}
