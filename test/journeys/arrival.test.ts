import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainBounce } from '../../domain/bounce/explain.ts';
import { announce } from '../../local/announcement.ts';
import { offersOneClick } from '../../local/lab/examination.ts';
import type { Lab } from '../../local/lab/lab.ts';
import { valuesOf } from '../../local/ses/raw-mail.ts';
import { commandLine, type Todoke } from '../cli/running-todoke.ts';
import { notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

const directory = mkdtempSync(join(tmpdir(), 'todoke-arrival-'));
const templatesFolder = fileURLToPath(new URL('../../templates/', import.meta.url));
const templates = readdirSync(templatesFolder).filter((name) => !name.startsWith('_'));
let pipeline: RunningPipeline;
let lab: Lab;
let todoke: Todoke;

beforeAll(async () => {
  pipeline = await runPipeline({
    arrival: 'lab',
    ses: { account: { maxSendRate: 500 }, latencies: { answerMs: [0, 20], retryMs: [350, 400] } },
  });
  pipeline.ses.setIdentity('example.com', {
    mailFromDomain: 'bounce.example.com',
    mailFromStatus: 'SUCCESS',
  });
  if (pipeline.lab === undefined) throw new Error('the pipeline has no lab');
  lab = pipeline.lab;
  todoke = await commandLine(announce(directory, pipeline).file);
});
afterAll(async () => {
  await pipeline.close();
  rmSync(directory, { recursive: true });
});

it('brings every mail that ships to every receiver, passing and aligned, and signed for one-click', async () => {
  expect(templates).toHaveLength(9);
  const sent = templates.flatMap((template) =>
    lab.receivers.map(({ persona }) => ({
      template,
      address: `${template}@${persona.domains[0]}`,
    })),
  );
  for (const { template, address } of sent) {
    const data: unknown = JSON.parse(readFileSync(join(templatesFolder, template, 'sample.json'), 'utf8'));
    await pipeline.publish(notification(`n-${address}`, { template, data, recipient: { address } }));
  }
  await pipeline.idle(90_000);

  const marketing = new Set<string>();
  for (const { template, address } of sent) {
    const [mail, ...more] = lab.mailsTo(address);
    expect({ address, more: more.length, folder: mail?.folder }).toEqual({
      address,
      more: 0,
      folder: 'inbox',
    });
    expect(mail?.examined).toMatchObject({
      spf: { result: 'pass', aligned: true },
      dmarc: { result: 'pass', policy: 'reject' },
    });
    expect(mail?.examined.dkim[0]).toMatchObject({ domain: 'example.com', result: 'pass', aligned: true });
    if (mail !== undefined && valuesOf(mail.examined.headers, 'list-unsubscribe').length > 0) {
      marketing.add(template);
      expect(offersOneClick(mail.examined)).toBe(true);
    }
  }
  expect([...marketing]).toEqual(['product-announcement']);
}, 150_000);

it('lets the doctor read what a receiver found in a mail that arrived', async () => {
  const template = 'product-announcement';
  const [mail] = lab.mailsTo(`${template}@gmail.com`);
  const file = join(directory, 'seed.eml');
  const checks = async (source: Uint8Array | string) => {
    writeFileSync(file, source);
    const args = ['--seed-mail', file, '--template', template, '--dns-server', lab.nameServer];
    const { json } = await todoke(['doctor', ...args, '--json']);
    const seen = json() as { findings: { check: number; code: string }[] };
    return seen.findings.filter(({ check }) => [12, 15, 30].includes(check)).map(({ code }) => code);
  };
  const source = mail?.source ?? Buffer.alloc(0);
  expect(String(source)).toMatch(/^Authentication-Results: /m);
  expect(await checks(source)).toEqual([]);
  expect(await checks(String(source).replace('dkim=pass', 'dkim=fail'))).toEqual(['seed-dkim']);
  expect(
    await checks(String(source).replace('List-Unsubscribe-Post: List-Unsubscribe;', 'Reply-To;')),
  ).toEqual(['unsubscribe-unsigned']);
});

it('lets trace say what was published for the domain when a mail was sent', async () => {
  expect(await pipeline.invoke(pipeline.functionId('CampaignWatch'), {})).toMatchObject({ outcome: 'done' });
  await pipeline.publish(notification('seen', { recipient: { address: 'seen@docomo.ne.jp' } }));
  await pipeline.idle(20_000);
  const { json } = await todoke(['trace', 'seen', '--json']);
  expect(json()).toMatchObject({
    mails: [{ verdict: { code: 'accepted_unseen' } }],
    newest: {
      authentication: {
        mailFromDomain: 'bounce.example.com',
        records: {
          dmarc: expect.stringMatching(/^v=DMARC1;.*p=reject/),
          mailFromSpf: expect.stringMatching(/^v=spf1/),
        },
      },
    },
  });
  const evidence = await todoke(['trace', 'seen', '--evidence']);
  expect(evidence.out).toMatch(/^Authentication when it was sent: .*DKIM SUCCESS.*DMARC "v=DMARC1/m);
}, 60_000);

interface Status {
  readonly state: string;
  readonly stops: readonly { readonly code: string; readonly provider: string; readonly count: number }[];
  readonly providers: Record<string, Record<string, number>>;
}

const statusOf = async (name: string) =>
  (await todoke(['campaign', 'status', name, '--json'])).json() as Status;

async function until<T>(look: () => T | Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (const deadlineMs = Date.now() + 90_000; ; ) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadlineMs) throw new Error(`waited in vain; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const reaches = (name: string, state: string) =>
  until(
    () => statusOf(name),
    (status) => status.state === state,
  );

/** Enough of them for a canary; mail to the simulator needs no server. */
async function start(name: string): Promise<void> {
  const audience = join(directory, `${name}.csv`);
  const addresses = [
    ...Array.from({ length: 40 }, (_, i) => `${name}-${i}@gmail.com`),
    ...Array.from({ length: 370 }, (_, i) => `success+${name}-${i}@simulator.amazonses.com`),
  ];
  const rows = ['address,couponCode', ...addresses.map((address) => `${address},ASAGIRI10`)];
  writeFileSync(audience, rows.join('\n'));
  const args = ['--template', 'product-announcement', '--name', name, '--audience', audience];
  expect(await todoke(['campaign', 'start', ...args, '--yes'])).toMatchObject({ code: 0 });
}

const arrivals = (name: string) =>
  Array.from({ length: 40 }, (_, i) => lab.mailsTo(`${name}-${i}@gmail.com`).length);
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/** Codes of what would stop a campaign, as found in the zone of the lab. */
async function blockers(): Promise<string[]> {
  const { findings } = (await todoke(['doctor', '--dns-server', lab.nameServer, '--json'])).json() as {
    findings: readonly { readonly code: string; readonly severity: string }[];
  };
  return findings.flatMap(({ code, severity }) => (severity === 'block' ? [code] : []));
}

/** What Gmail said to those whom it refused. */
function refusals(name: string) {
  return [...pipeline.ses.store.all()]
    .filter(({ recipients }) => recipients.some((address) => address.startsWith(`${name}-`)))
    .flatMap(({ recipients, events }) =>
      events.flatMap(({ type, payload }) => {
        const { bouncedRecipients = [] } = payload as { bouncedRecipients?: { diagnosticCode: string }[] };
        const { diagnosticCode = '' } = bouncedRecipients[0] ?? {};
        return type === 'BOUNCE' ? [{ destination: recipients[0] ?? '', diagnosticCode }] : [];
      }),
    );
}

const breakages = [
  { name: 'spf', key: 'TXT bounce.example.com', broken: ['v=spf1 -all'], says: '5.7.27', reason: 'spf_fail' },
  {
    name: 'dkim',
    key: 'CNAME token1._domainkey.example.com',
    broken: null,
    says: '5.7.30',
    reason: 'dkim_fail',
  },
  { name: 'dmarc', key: 'TXT _dmarc.example.com', broken: null, says: '5.7.40', reason: 'dmarc_missing' },
];

it('stops for the provider that refuses a broken SPF, DKIM or DMARC, with the reason, and goes on once it is mended', async () => {
  expect(await blockers()).toEqual([]);
  for (const { name, key, broken } of breakages) {
    const { [key]: mended = [] } = lab.zone.sets();
    lab.zone.change({ [key]: broken });
    // Whoever asks the doctor first is told.
    expect(await blockers()).toContainEqual(expect.stringContaining(name));
    await start(name);
    await until(
      () => refusals(name).length,
      (count) => count === 5,
    );
    lab.zone.change({ [key]: mended });
  }
  for (const { name, says, reason } of breakages) {
    const { stops, providers } = await reaches(name, 'halted');
    expect(stops).toMatchObject([{ code: 'authentication', provider: 'google' }]);
    expect(providers).toMatchObject({
      google: { accepted: 5, auth: 5, stopped: 35 },
      other: { accepted: 370 },
    });
    expect(refusals(name)).toHaveLength(5);
    for (const refusal of refusals(name)) {
      expect(refusal.diagnosticCode).toContain(`550-${says}`);
      expect(explainBounce(refusal)).toMatchObject({ code: reason, action: 'stop_provider' });
    }
    expect(sum(arrivals(name))).toBe(0);
    expect(await todoke(['campaign', 'resume', name])).toMatchObject({ code: 0 });
  }
  for (const { name } of breakages) {
    await reaches(name, 'completed');
  }
  await pipeline.idle(90_000);
  for (const { name } of breakages) {
    // Those who had been refused are reported, not mailed again.
    expect([sum(arrivals(name)), Math.max(...arrivals(name))]).toEqual([35, 1]);
  }
}, 150_000);
