import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainBounce } from '../../domain/bounce/explain.ts';
import type { Lab } from '../../local/lab/lab.ts';
import { talk } from '../../local/lab/smtp-client.ts';
import { type Pipeline, startPipeline } from '../../local/runner/pipeline.ts';
import { splitRaw, valuesOf } from '../../local/ses/raw-mail.ts';
import { synthesize } from '../../local/synthesize.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

/**
 * Sends every mail that ships through the whole pipeline to a Postfix with rspamd, and reads what they made of it: what
 * the receivers of the arrival lab see is held against mail servers that others wrote. Needs root and the Debian packages
 * postfix and rspamd.
 */
const domain = 'postfix.example.net';
const address = '192.0.2.60';
/** Of somebody who is not SES. */
const stranger = '192.0.2.66';
const templatesFolder = fileURLToPath(new URL('../../templates/', import.meta.url));
const templates = readdirSync(templatesFolder).filter((name) => !name.startsWith('_'));

const directory = mkdtempSync(join(tmpdir(), 'todoke-postfix-'));

async function openPipeline(): Promise<[Pipeline, Lab]> {
  const pipeline = await startPipeline({
    assemblyDirectory: await synthesize('dev', join(directory, 'cdk.out')),
    arrival: 'lab',
    seed: 1,
    ses: { account: { maxSendRate: 50 } },
    onLog: (source, line) => {
      if (!line.startsWith('{"_aws"')) process.stderr.write(`${source}: ${line}\n`);
    },
  });
  const { lab, outputs } = pipeline;
  assert.ok(lab);
  pipeline.ses.createIdentity(outputs.MailDomain ?? '', {
    verified: true,
    mailFromDomain: `bounce.${outputs.MailDomain}`,
    mailFromStatus: 'SUCCESS',
  });
  return [pipeline, lab];
}

async function publish({ messaging, outputs }: Pipeline, id: string, template: string): Promise<void> {
  const data: unknown = JSON.parse(readFileSync(join(templatesFolder, template, 'sample.json'), 'utf8'));
  const recipient = { address: `${id}@${domain}` };
  await messaging.call('sqs', 'SendMessage', {
    QueueUrl: outputs.NotificationsQueueUrl ?? '',
    MessageBody: JSON.stringify({ notificationId: id, template, recipient, data }),
  });
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const deadlineMs = Date.now() + 30_000; !isSo(); ) {
    assert.ok(Date.now() < deadlineMs, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** rspamd must have found what the receivers of the lab find. */
function check(source: string): void {
  const { headers } = splitRaw(Buffer.from(source));
  const [results = ''] = valuesOf(headers, 'authentication-results');
  for (const expected of [
    /\bdkim=pass\b[^;]*header\.d=example\.com/,
    /\bspf=pass\b/,
    /\bdmarc=pass\b[^;]*header\.from=example\.com/,
  ]) {
    assert.match(results, expected);
  }
  const unsubscribe = ['list-unsubscribe', 'list-unsubscribe-post'];
  if (valuesOf(headers, 'list-unsubscribe').length > 0) {
    const ofDomain =
      valuesOf(headers, 'dkim-signature').find((value) => /\bd=example\.com\b/.test(value)) ?? '';
    const signedFields = (/\bh=([^;]+)/.exec(ofDomain)?.[1] ?? '').toLowerCase().split(/[\s:]+/);
    for (const field of unsubscribe) assert.ok(signedFields.includes(field), `${field} is not signed`);
  }
}

async function arrives(pipeline: Pipeline, server: MailServer): Promise<void> {
  for (const template of templates) await publish(pipeline, `arrives-${template}`, template);
  await until(`${templates.length} mails`, () => server.mails().length >= templates.length);
  await pipeline.idle(90_000);
  const mails = server.mails();
  assert.equal(mails.length, templates.length);
  for (const mail of mails) check(mail);
  assert.equal(mails.filter((mail) => /^List-Unsubscribe-Post:/im.test(mail)).length, 1);
}

/** The same From, from an address that SPF does not name and without a signature. */
async function refusesSpoof(lab: Lab): Promise<void> {
  const [answer] = await talk({
    socket: await lab.network.connect(stranger, address),
    clientName: 'mail.example.org',
    mailFrom: 'bounce@example.com',
    recipients: [`spoof@${domain}`],
    source: Buffer.from(
      [
        'From: Todoke <news@example.com>',
        `To: spoof@${domain}`,
        'Subject: Your account',
        'Date: Tue, 24 Nov 2026 04:00:00 +0000',
        'Message-ID: <1@example.com>',
        '',
        'Please confirm.',
        '',
      ].join('\r\n'),
    ),
    tlsPolicy: 'OPTIONAL',
  });
  assert.match(answer?.reply ?? '', /^554 5\.7\.1 5\.7\.26 Unauthenticated email/);
}

/** A domain that SES signs for no more, and whose MAIL FROM is SES's own, fails DMARC and gets to know why. */
async function explainsRefusal(pipeline: Pipeline): Promise<void> {
  pipeline.ses.setIdentity('example.com', { signingEnabled: false, mailFromDomain: '' });
  await publish(pipeline, 'refused', 'one-time-password');
  await until('the bounce', () => bounceOf(pipeline) !== undefined);
  const diagnosticCode = bounceOf(pipeline) ?? '';
  assert.match(diagnosticCode, /^smtp; 554 5\.7\.1 5\.7\.26 Unauthenticated email/);
  const reason = explainBounce({ destination: domain, diagnosticCode, bounceType: 'Transient' });
  assert.deepEqual([reason.code, reason.action], ['dmarc_reject', 'stop_provider']);
}

function bounceOf({ ses }: Pipeline): string | undefined {
  for (const { recipients, events } of ses.store.all()) {
    if (!recipients.includes(`refused@${domain}`)) continue;
    const bounce = events.find(({ type }) => type === 'BOUNCE')?.payload;
    const { bouncedRecipients } = (bounce ?? {}) as { bouncedRecipients?: { diagnosticCode: string }[] };
    return bouncedRecipients?.[0]?.diagnosticCode;
  }
  return undefined;
}

async function step(name: string, run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    console.log(`passed: ${name}`);
    return true;
  } catch (error) {
    console.log(`FAILED: ${name}\n${error instanceof Error ? error.message : error}`);
    return false;
  }
}

const [pipeline, lab] = await openPipeline();
let server: MailServer | undefined;
try {
  const nameServerPort = Number(lab.nameServer.split(':')[1]);
  server = await startMailServer({ directory, domain, nameServerPort });
  const running = server;
  lab.zone.change({ [`MX ${domain}`]: [`10 mx.${domain}`], [`A mx.${domain}`]: [address] });
  lab.network.attach(address, running.port);
  const passed = [
    await step(`${templates.length} mails arrive with dkim, spf and dmarc passing`, () =>
      arrives(pipeline, running),
    ),
    await step('a spoof is refused', () => refusesSpoof(lab)),
    await step('a broken sender is refused, and told why', () => explainsRefusal(pipeline)),
  ].filter(Boolean).length;
  if (passed < 3) {
    console.log(running.logs());
    process.exitCode = 1;
  }
} finally {
  await server?.stop();
  await pipeline.close();
  rmSync(directory, { recursive: true, force: true });
}
