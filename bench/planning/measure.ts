import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { templateKeys } from '../../aws/templates.ts';
import { draftCampaign, type PlanTotals } from '../../domain/campaign/campaign.ts';
import type { RawTemplate } from '../../local/runner/assembly.ts';
import { type Pipeline, startPipeline } from '../../local/runner/pipeline.ts';
import { medianOf } from '../timing/rounds.ts';
import { type Expected, writeAudience } from './audience-file.ts';
import type { Measured } from './measured.ts';

const template = 'product-announcement';

const csvPass = new URL('./csv-pass.ts', import.meta.url);
const plannerProcess = new URL('./planner-process.ts', import.meta.url);

/**
 * For both processes. V8 lets garbage lie for as long as there is room, so that only a heap without room to spare shows what is needed:
 * with more than this the planner would be killed.
 */
const heapLimits = ['--max-old-space-size=64', '--max-semi-space-size=16'];

export interface Planning {
  readonly rows: number;
  readonly planSeconds: number;
  readonly csvParseSeconds: number;
  readonly csvParseRatio: number;
  /** The same in CPU time of the two processes. */
  readonly csvParseCpuRatio: number;
  readonly peakMemoryBytes: number;
  readonly microsecondsPerRow: number;
  readonly chunks: number;
}

/**
 * Measures the planner of the functions against the local engines over HTTP, and csv-parse alone on the same file, each in a process of
 * its own and in turns. Chunks stay on the queue: nothing is sent.
 *
 * @param rounds - Of each; the medians count.
 * @throws Error when the planner's totals are not what the file has
 */
export async function measurePlanning(
  assemblyDirectory: string,
  rows: number,
  rounds: number,
): Promise<Planning> {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-planning-'));
  const pipeline = await startPipeline({
    assemblyDirectory,
    seed: 1,
    onLog: () => {},
    transform: withoutWorkers,
  });
  try {
    const file = join(directory, 'audience.csv');
    const expected = await writeAudience(file, rows);
    const laps: { readonly csv: Measured; readonly plan: Measured & { readonly chunks: number } }[] = [];
    for (let round = 0; round < rounds; round++) {
      laps.push({
        csv: await inProcess(csvPass, [file]),
        plan: await planOnce(pipeline, `round-${round}`, file, expected),
      });
    }
    const median = (of: (lap: (typeof laps)[number]) => number) => medianOf(laps.map(of));
    const planSeconds = median(({ plan }) => plan.seconds);
    return {
      rows,
      planSeconds: rounded(planSeconds),
      csvParseSeconds: rounded(median(({ csv }) => csv.seconds)),
      csvParseRatio: rounded(median(({ csv, plan }) => plan.seconds / csv.seconds)),
      csvParseCpuRatio: rounded(median(({ csv, plan }) => plan.cpuSeconds / csv.cpuSeconds)),
      peakMemoryBytes: median(({ plan }) => plan.peakMemoryBytes),
      microsecondsPerRow: rounded((planSeconds / rows) * 1e6),
      chunks: laps[0]?.plan.chunks ?? 0,
    };
  } finally {
    await pipeline.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** No queue is worked off, so that nothing but the planner takes time. */
function withoutWorkers(stack: RawTemplate): RawTemplate {
  const kept = Object.entries(stack.Resources).filter(
    ([, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping',
  );
  return { ...stack, Resources: Object.fromEntries(kept) };
}

async function planOnce(pipeline: Pipeline, campaignId: string, file: string, expected: Expected) {
  const { endpoint, outputs, place } = pipeline;
  const Bucket = outputs.BucketName ?? '';
  const audienceKey = `audiences/${campaignId}/audience.csv`;
  await pipeline.messaging.call('s3', 'PutObject', { Bucket, Key: audienceKey, Body: readFileSync(file) });
  const current = await pipeline.messaging.call('s3', 'GetObject', {
    Bucket,
    Key: templateKeys.current(template),
  });
  const { hash } = JSON.parse(Buffer.from(current.Body).toString()) as { hash: string };
  const campaign = draftCampaign({
    campaignId,
    name: campaignId,
    template,
    templateHash: hash,
    audienceKey,
    audienceFormat: 'csv',
    tracing: 'failures',
    data: {},
    createdAtMs: Date.now(),
  });
  const { plan, ...took } = await inProcess<Measured & { readonly plan: PlanTotals }>(
    plannerProcess,
    [
      JSON.stringify(campaign),
      outputs.CampaignsTableName ?? '',
      outputs.SuppressionsTableName ?? '',
      Bucket,
      outputs.ChunksQueueUrl ?? '',
    ],
    { AWS_ENDPOINT_URL: endpoint, AWS_REGION: place.region },
  );
  for (const what of ['rows', 'invalid', 'duplicates'] as const) {
    if (plan[what] !== expected[what]) {
      throw new Error(`the plan says ${plan[what]} ${what}; the file has ${expected[what]}`);
    }
  }
  return { ...took, chunks: plan.chunks };
}

async function inProcess<M extends Measured>(
  script: URL,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<M> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...heapLimits, fileURLToPath(script), ...args],
    {
      env: {
        PATH: process.env.PATH ?? '',
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
        AWS_CONFIG_FILE: devNull,
        AWS_SHARED_CREDENTIALS_FILE: devNull,
        ...env,
      },
    },
  );
  return JSON.parse(stdout);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
