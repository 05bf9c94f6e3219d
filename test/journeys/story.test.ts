import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const start = fileURLToPath(new URL('../../local/start.js', import.meta.url));

interface Story {
  readonly events: Record<'published' | 'accepted' | 'rejected', number>;
  readonly campaigns: Record<
    | 'recipients'
    | 'accepted'
    | 'suppressed'
    | 'invalid'
    | 'duplicates'
    | 'rejected'
    | 'unknown'
    | 'bounced'
    | 'complained',
    number
  >[];
  readonly unsubscribe: { readonly status: number; readonly effective: boolean };
  readonly awsCalls: Record<string, number>;
}

/** What `npm start -- --once --json` runs, at a faster rate. */
async function tell(): Promise<{ story: Story; said: string }> {
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    execFile(
      process.execPath,
      [start, '--once', '--json', '--rate', '500'],
      { timeout: 120_000, maxBuffer: 16 * 1024 * 1024 },
      (error, out, err) =>
        error ? reject(new Error(`${error.message}\n${err}`)) : resolve({ stdout: out, stderr: err }),
    );
  });
  return { story: JSON.parse(stdout) as Story, said: stderr };
}

it('shows events, two campaigns and an unsubscribe, and every recipient is accounted for', async () => {
  const { story, said } = await tell();
  expect(story.events).toEqual({ published: 8, accepted: 8, rejected: 0 });
  expect(story.campaigns).toHaveLength(2);
  for (const c of story.campaigns) {
    expect(c.recipients).toBe(1000);
    expect(c.accepted + c.suppressed + c.invalid + c.duplicates + c.rejected).toBe(c.recipients);
  }
  const [first, second] = story.campaigns;
  expect(first).toMatchObject({
    suppressed: 0,
    invalid: 11,
    duplicates: 15,
    unknown: 0,
    bounced: 7,
    complained: 1,
  });
  // Who bounced, complained or unsubscribed after the first is left out of the second, and nobody else.
  expect(second).toMatchObject({ suppressed: 7 + 1 + 1, unknown: 0, bounced: 0, complained: 0 });
  expect(story.unsubscribe).toEqual({ status: 200, effective: true });
  expect(story.awsCalls['ses:SendEmail']).toBe(8 + (first?.accepted ?? 0) + (second?.accepted ?? 0));
  expect(said).not.toMatch(/fault|denied|DROPPED/i);
}, 150_000);
