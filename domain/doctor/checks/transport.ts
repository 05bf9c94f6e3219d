import { type Check, outcome } from '../check.ts';
import { type Dns, reverseName, shown } from '../dns.ts';
import { need } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';
import { type Greeting, greetingOf } from '../raw-mail.ts';
import { record, ses } from '../remedies.ts';

export const dedicatedIpCheck: Check = {
  number: 10,
  title: { ja: '専用IPの逆引き', en: 'Dedicated IP addresses resolve both ways' },
  async examine({ facts, dns }) {
    const ips = need(facts.ses.dedicatedIps).flatMap(({ Ip }) => (Ip === undefined ? [] : [Ip]));
    const greeting = facts.seedMail.known ? greetingOf(facts.seedMail.value) : undefined;
    if (ips.length === 0) {
      return outcome([greeting && (await helo(dns, greeting))], {
        note: {
          ja: '共有IPを使っています。逆引きはAWSの責任です。',
          en: 'Mail leaves from AWS’s shared addresses, whose reverse DNS is AWS’s.',
        },
      });
    }
    const findings: (FindingDraft | undefined)[] = [];
    for (const ip of ips) {
      findings.push(await forwardConfirmed(dns, ip));
    }
    return outcome([...findings, greeting && (await helo(dns, greeting))]);
  },
};

/** The greeting of SES says the name of the host that it comes from: other than the PTR, only a mail that arrived shows it. */
async function helo(dns: Dns, { name, ip }: Greeting): Promise<FindingDraft | undefined> {
  const addresses = await dns.records(name, ip.includes(':') ? 'AAAA' : 'A');
  if (addresses.length > 0) {
    return undefined;
  }
  return {
    code: 'helo-unresolved',
    severity: 'block',
    title: {
      ja: `送信サーバーの名乗り（HELO ${name}）がDNSで引けません。`,
      en: `The sending host greets as ${name} (HELO), which does not resolve.`,
    },
    evidence: [`Received: from ${name} [${ip}]`, ...shown(name, 'A', addresses)],
    consequence: {
      yahoo: { ja: '拒否されることがあります。', en: 'May be rejected.' },
      all: {
        ja: '引けない名前を名乗るサーバーを拒否する受信側があります（RFC 5321 §4.1.4）。',
        en: 'Receivers refuse hosts with a name that does not resolve (RFC 5321 §4.1.4).',
      },
    },
    fix: {
      text: {
        ja: 'SESの名乗りはAWSが管理します。SESのあとに中継するサーバーがあれば、その名前をDNSに置いてください。なければAWSサポートに依頼してください。',
        en: 'AWS keeps the names of SES: ask AWS support. A relay of your own behind SES needs a name with an address.',
      },
      changes: [{ kind: 'goal', fact: 'seedMail', value: 'HELO of a host that resolves' }],
    },
  };
}

async function forwardConfirmed(dns: Dns, ip: string): Promise<FindingDraft | undefined> {
  const name = reverseName(ip);
  const hosts = await dns.records(name, 'PTR');
  const back: string[] = [];
  for (const host of hosts) {
    const addresses = await dns.records(host.replace(/\.$/, ''), 'A');
    if (addresses.includes(ip)) {
      return undefined;
    }
    back.push(...shown(host, 'A', addresses));
  }
  // SES names a dedicated address so itself, and greets (HELO) with that name.
  const host = `a${ip.split('.').slice(-2).join('-')}.smtp-out.amazonses.com`;
  return {
    code: hosts.length === 0 ? 'ptr-missing' : 'ptr-not-confirmed',
    severity: 'block',
    title: {
      ja:
        hosts.length === 0
          ? `専用IP ${ip} に逆引きがありません。`
          : `専用IP ${ip} の逆引きと正引きが一致しません。`,
      en:
        hosts.length === 0
          ? `Dedicated address ${ip} has no PTR record.`
          : `The PTR of ${ip} does not lead back to it.`,
    },
    evidence: [...shown(name, 'PTR', hosts), ...back],
    consequence: {
      gmail: { ja: '4.7.23 / 5.7.25 で拒否されます。', en: 'Rejected with 4.7.23 / 5.7.25.' },
      yahoo: { ja: '拒否されます。', en: 'Rejected.' },
      microsoft: { ja: '拒否されることがあります。', en: 'May be rejected.' },
    },
    fix: {
      text: {
        ja: '専用IPの逆引きはAWSが管理します。AWSサポートに依頼してください。独自の名前ならPTRとAを両方置いてください。',
        en: 'AWS keeps the PTR of dedicated addresses: ask AWS support. With a name of your own, both records have to agree.',
      },
      changes: [record(name, 'PTR', host), record(host, 'A', ip)],
    },
  };
}

export const tlsCheck: Check = {
  number: 11,
  title: { ja: 'TLSの方針', en: 'TLS policy of the configuration sets' },
  examine({ facts }) {
    const sets = need(facts.ses.configurationSets).filter(
      ({ Exists, DeliveryOptions }) => Exists !== false && DeliveryOptions?.TlsPolicy !== 'REQUIRE',
    );
    if (sets.length === 0) {
      return outcome([], {
        note: {
          ja: 'TLSを必須にしています（REQUIRE）。TLSのない受信サーバーには届きません。',
          en: 'TLS is required (REQUIRE): a server without it gets no mail.',
        },
      });
    }
    return outcome([
      {
        code: 'tls-optional',
        severity: 'info',
        title: {
          ja: 'TLSのない受信サーバーには暗号化せずに送ります（OPTIONAL）。',
          en: 'Mail to a server without TLS goes in clear (OPTIONAL).',
        },
        evidence: sets.map(
          ({ ConfigurationSetName, DeliveryOptions }) =>
            `GetConfigurationSet ${ConfigurationSetName} TlsPolicy=${DeliveryOptions?.TlsPolicy ?? 'OPTIONAL'}`,
        ),
        consequence: {
          gmail: {
            ja: 'TLSを必須としています（満たしています）。',
            en: 'Requires TLS, which SES uses there.',
          },
          all: {
            ja: 'REQUIREにすると、TLSのない受信サーバーには届かなくなります。',
            en: 'With REQUIRE such a server gets no mail at all.',
          },
        },
        fix: {
          text: {
            ja: '暗号化を優先するなら、infra/stages.ts の requireTls を true にしてデプロイしてください。',
            en: 'If encryption matters more than arrival, set `requireTls` of the stage in infra/stages.ts and deploy.',
          },
          changes: sets.map(({ ConfigurationSetName }) =>
            ses('PutConfigurationSetDeliveryOptions', { ConfigurationSetName, TlsPolicy: 'REQUIRE' }),
          ),
        },
      },
    ]);
  },
};
