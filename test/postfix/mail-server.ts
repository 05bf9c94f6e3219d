import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { loopbackCertificate } from '../../local/gateway/certificate.ts';

/** Postfix with rspamd in front of its queue, both from Debian, with a configuration of their own. */
export interface MailServer {
  readonly port: number;
  /** Sources of the mails in the one mailbox that every address has. */
  mails(): string[];
  /** What both wrote into their logs, for when something went wrong. */
  logs(): string;
  stop(): Promise<void>;
}

export interface MailServerOptions {
  /** Empty and new; everything of the two goes in there. */
  readonly directory: string;
  /** The domain that it takes mail for. */
  readonly domain: string;
  /** On 127.0.0.1: the only DNS that rspamd asks. */
  readonly nameServerPort: number;
}

/** What `nobody` is on Debian; it owns the mailbox. */
const nobody = 65_534;
/** What rspamd looks at with the help of other machines, or of Redis. */
const modulesOff = [
  'arc asn bimi chartable dcc elastic fuzzy_check greylist history_redis mime_types mx_check neural once_received phishing',
  'ratelimit rbl replies reputation rspamd_update spamtrap surbl url_redirector whitelist clickhouse dkim_signing',
]
  .join(' ')
  .split(' ');

/** @throws Error with the logs when one of them does not come up. */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const { directory, domain } = options;
  const [port, milterPort] = [await freePort(), await freePort()];
  // Both give up their rights, and have to reach what is theirs.
  chmodSync(directory, 0o755);
  const filter = startRspamd(options, milterPort);
  const configuration = await configurePostfix(directory, domain, port, milterPort);
  const logs = () =>
    ['rspamd.log', 'postfix.log'].map((file) => `== ${file}\n${readLog(join(directory, file))}`).join('\n');
  const stop = async () => {
    try {
      execFileSync('postfix', ['-c', configuration, 'abort'], { stdio: 'ignore' });
    } finally {
      filter.kill('SIGTERM');
      await new Promise((resolve) => (filter.exitCode === null ? filter.once('exit', resolve) : resolve(0)));
    }
  };
  try {
    await listens(milterPort, 60_000);
    execFileSync('postfix', ['-c', configuration, 'start'], { stdio: 'ignore' });
    await listens(port, 20_000);
  } catch (error) {
    const seen = logs();
    await stop().catch(() => {});
    throw new Error(`the mail server does not come up\n${seen}`, { cause: error });
  }
  const mailbox = join(directory, 'mail', 'inbox', 'new');
  return {
    port,
    mails: () => filesIn(mailbox).map((file) => readFileSync(join(mailbox, file), 'utf8')),
    logs,
    stop,
  };
}

function startRspamd({ directory, nameServerPort }: MailServerOptions, milterPort: number): ChildProcess {
  const own = join(directory, 'rspamd');
  const local = join(own, 'local.d');
  mkdirSync(local, { recursive: true });
  const files: Record<string, string> = {
    'options.inc': `
      dns { nameserver = ["127.0.0.1:${nameServerPort}"]; timeout = 2s; retransmits = 2; }
      local_addrs = [];
      # Compiling the patterns takes half a minute, and saves it again after some thousand mails.
      disable_hyperscan = true;`,
    'worker-normal.inc': 'enabled = false;',
    'worker-controller.inc': 'enabled = false;',
    'worker-proxy.inc': `
      bind_socket = "127.0.0.1:${milterPort}";
      milter = yes; count = 1;
      upstream "local" { default = yes; self_scan = yes; }`,
    'logging.inc': 'type = "console"; level = "notice";',
    'milter_headers.conf': 'use = ["authentication-results"]; skip_local = false;',
    'dmarc.conf': 'actions = { reject = "reject"; quarantine = "add_header"; }',
    'force_actions.conf': `
      rules { DMARC { action = "reject"; expression = "DMARC_POLICY_REJECT";
        message = "5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy"; } }`,
    ...Object.fromEntries(modulesOff.map((name) => [`${name}.conf`, 'enabled = false;'])),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(local, name), `${content}\n`);
  for (const name of ['run', 'db']) mkdirSync(join(own, name));
  execFileSync('chown', ['-R', '_rspamd:_rspamd', own]);
  const places = {
    CONFDIR: '/etc/rspamd',
    LOCAL_CONFDIR: own,
    RUNDIR: join(own, 'run'),
    DBDIR: join(own, 'db'),
    LOGDIR: own,
  };
  const child = spawn(
    'rspamd',
    [
      ...['-f', '-u', '_rspamd', '-g', '_rspamd', '-c', '/etc/rspamd/rspamd.conf'],
      ...Object.entries(places).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = createWriteStream(join(directory, 'rspamd.log'));
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  return child;
}

/** @returns the configuration's directory */
async function configurePostfix(directory: string, domain: string, port: number, milterPort: number) {
  const [etc, mail, data] = ['etc', 'mail', 'data'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [etc, mail, data]) mkdirSync(each);
  chownSync(mail, nobody, nobody);
  execFileSync('chown', ['postfix', data]);
  const { certificate, privateKey } = await loopbackCertificate();
  writeFileSync(join(etc, 'tls.pem'), `${privateKey}${certificate}`, { mode: 0o600 });
  const main = {
    compatibility_level: '3.6',
    queue_directory: join(directory, 'queue'),
    data_directory: data,
    maillog_file: join(directory, 'postfix.log'),
    maillog_file_prefixes: directory,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: `mx.${domain}`,
    mydestination: '',
    mynetworks: '',
    alias_maps: '',
    // Names of clients come from the DNS of this machine, which does not know ours.
    smtpd_peername_lookup: 'no',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_tls_security_level: 'may',
    smtpd_tls_chain_files: join(etc, 'tls.pem'),
    virtual_mailbox_domains: domain,
    virtual_mailbox_base: mail,
    virtual_mailbox_maps: 'static:inbox/',
    virtual_uid_maps: `static:${nobody}`,
    virtual_gid_maps: `static:${nobody}`,
    smtpd_milters: `inet:127.0.0.1:${milterPort}`,
    milter_default_action: 'tempfail',
  };
  writeFileSync(
    join(etc, 'main.cf'),
    Object.entries(main)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  mkdirSync(join(directory, 'queue'));
  writeFileSync(join(etc, 'master.cf'), services(port));
  return etc;
}

/** The services that taking and filing mail needs, none of them in a chroot. */
function services(port: number): string {
  return [
    `127.0.0.1:${port} inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'proxymap unix - - n - - proxymap',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'anvil unix - - n - 1 anvil',
    'virtual unix - n n - - virtual',
    'local unix - n n - - local',
    'smtp unix - - n - - smtp',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function listens(port: number, timeoutMs: number): Promise<void> {
  for (const deadlineMs = Date.now() + timeoutMs; ; ) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port })
        .once('connect', () => resolve(true))
        .once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    if (Date.now() > deadlineMs) throw new Error(`nothing listens on port ${port} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It is made for the first mail.
    return [];
  }
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-60).join('\n');
  } catch {
    return 'nothing was written';
  }
}
