import { type Check, outcome, type Subject } from '../check.ts';
import { dkimKey, keyBits } from '../dkim-key.ts';
import { type Dns, mxHost, shown } from '../dns.ts';
import { need } from '../fact.ts';
import type { FindingDraft, Outcome } from '../finding.ts';
import { dkimRecords, easyDkim, easyDkimKey, evidenceOf, record } from '../remedies.ts';
import type { IdentityAnswer } from '../ses-answers.ts';

export const dkimCheck: Check = {
  number: 3,
  title: { ja: 'DKIM', en: 'DKIM: signed, published, strong enough' },
  async examine({ facts, dns }) {
    const identity = need(facts.ses.identity);
    if (identity?.DkimAttributes === undefined) {
      return outcome([]);
    }
    const { SigningEnabled, SigningAttributesOrigin } = identity.DkimAttributes;
    if (SigningEnabled === false) {
      return outcome([signingOff(identity)]);
    }
    const status = statusFinding(identity);
    const published =
      SigningAttributesOrigin === 'EXTERNAL' ? await ownKeys(identity, dns) : await easyKeys(identity, dns);
    return { ...published, findings: [...(status ? [status] : []), ...published.findings] };
  },
};

const unsigned: FindingDraft['consequence'] = {
  gmail: {
    ja: '一斉送信者には必須です。4.7.30 / 5.7.30 で遅延または拒否されます。',
    en: 'Required of bulk senders: deferred or rejected with 4.7.30 / 5.7.30.',
  },
  microsoft: { ja: '550 5.7.515 で拒否されます。', en: 'Rejected with 550 5.7.515.' },
  yahoo: { ja: '一斉送信者には必須です。', en: 'Required of bulk senders.' },
  apple: { ja: '拒否されることがあります。', en: 'May be rejected.' },
  kddi: {
    ja: '「迷惑メールおまかせ規制」（既定でオン）の判定に使われます。',
    en: 'Part of the filter that is on by default.',
  },
};

function signingOff(identity: IdentityAnswer): FindingDraft {
  return {
    code: 'dkim-off',
    severity: 'block',
    title: { ja: 'DKIM署名がオフです。', en: 'DKIM signing is switched off.' },
    evidence: [`GetEmailIdentity ${identity.EmailIdentity} DkimAttributes.SigningEnabled=false`],
    consequence: unsigned,
    fix: {
      text: {
        ja: '署名をオンにし、CNAMEを公開してください。',
        en: 'Switch signing on and publish the CNAME records.',
      },
      changes: easyDkim(identity),
    },
  };
}

function statusFinding(identity: IdentityAnswer): FindingDraft | undefined {
  const status = identity.DkimAttributes?.Status;
  if (status === 'SUCCESS') {
    return undefined;
  }
  return {
    code: 'dkim-status',
    severity: 'block',
    title: {
      ja: `SESがDKIMを確認できていません（${status}）。`,
      en: `SES has not found the DKIM records: ${status}.`,
    },
    evidence: [`GetEmailIdentity ${identity.EmailIdentity} DkimAttributes.Status=${status}`],
    consequence: unsigned,
    fix: {
      text: {
        ja: 'CNAMEを公開し、署名をオンにし直してSESにもう一度確認させてください。',
        en: 'Publish the records and switch signing on again, which makes SES look once more.',
      },
      changes: easyDkim(identity),
    },
  };
}

/** Easy DKIM: a CNAME for each token, behind which AWS changes keys as it likes. */
async function easyKeys(identity: IdentityAnswer, dns: Dns): Promise<Outcome> {
  const missing: string[] = [];
  const elsewhere: string[] = [];
  const evidence: string[] = [];
  const bits: number[] = [];
  let unseen = false;
  for (const wanted of dkimRecords(identity)) {
    const target = wanted.values[0] ?? '';
    const cnames = await dns.records(wanted.name, 'CNAME');
    const keys = await dns.records(wanted.name, 'TXT');
    const points = cnames.some((each) => mxHost(`0 ${each}`) === target);
    if (!points && (cnames.length > 0 || keys.length === 0)) {
      (cnames.length === 0 ? missing : elsewhere).push(wanted.name);
      evidence.push(...shown(wanted.name, 'CNAME', cnames));
    } else if (keys.length === 0) {
      unseen = true;
    } else {
      bits.push(dkimKey(keys.join('')).bits);
    }
  }
  const findings = [
    ...(missing.length > 0 ? [wrongCnames(identity, 'dkim-record-missing', missing, evidence)] : []),
    ...(elsewhere.length > 0 ? [wrongCnames(identity, 'dkim-record-wrong', elsewhere, evidence)] : []),
  ];
  const told = Number(/(\d+)/.exec(identity.DkimAttributes?.CurrentSigningKeyLength ?? '')?.[1] ?? 0);
  const weakest = Math.min(...bits, told || Number.POSITIVE_INFINITY);
  if (Number.isFinite(weakest) && weakest > 0) {
    findings.push(...weakKey(identity, weakest));
  }
  // The key itself is in a zone of AWS; SES tells its length, so that nothing is left open.
  return unseen && told === 0
    ? outcome(findings, {
        undecided: {
          ja: 'AWS側のDKIM鍵をDNSで読めず、鍵の長さが分かりません。',
          en: 'the DKIM key behind the CNAME could not be read, so its length is not known',
        },
      })
    : outcome(findings);
}

function wrongCnames(
  identity: IdentityAnswer,
  code: 'dkim-record-missing' | 'dkim-record-wrong',
  names: readonly string[],
  evidence: readonly string[],
): FindingDraft {
  const missing = code === 'dkim-record-missing';
  return {
    code,
    severity: 'block',
    title: missing
      ? {
          ja: `DKIMのCNAMEが${names.length}件ありません。`,
          en: `DKIM records are missing: ${names.length} of ${dkimRecords(identity).length}.`,
        }
      : {
          ja: `DKIMのCNAMEが${names.length}件、別の所を指しています。`,
          en: `DKIM records point elsewhere: ${names.length} of ${dkimRecords(identity).length}.`,
        },
    evidence: evidence.filter((each) => names.some((name) => each.startsWith(`${name} `))),
    consequence: unsigned,
    fix: {
      text: { ja: '次のCNAMEを公開してください。', en: 'Publish these CNAME records.' },
      changes: dkimRecords(identity).filter(({ name }) => names.includes(name)),
    },
  };
}

function weakKey(identity: IdentityAnswer, bits: number): FindingDraft[] {
  if (bits >= keyBits.advised) {
    return [];
  }
  const useless = bits < keyBits.least;
  return [
    {
      code: useless ? 'dkim-key-too-short' : 'dkim-key-short',
      severity: useless ? 'block' : 'warn',
      title: { ja: `DKIMの鍵が ${bits} ビットです。`, en: `The DKIM key has ${bits} bits.` },
      evidence: [
        `GetEmailIdentity ${identity.EmailIdentity} CurrentSigningKeyLength=${identity.DkimAttributes?.CurrentSigningKeyLength ?? '—'}`,
        `RSA ${bits}`,
      ],
      consequence: useless
        ? unsigned
        : {
            gmail: {
              ja: '2048ビットが推奨されています。',
              en: 'Advises 2048 bits.',
            },
          },
      fix: {
        text: {
          ja: '2048ビットの鍵に切り替えてください。SESが新しい鍵を用意し、自動で切り替えます。',
          en: 'Change to a key of 2048 bits. SES makes it and switches over by itself.',
        },
        changes: [easyDkimKey(identity)],
      },
    },
  ];
}

/** A key of one's own (BYODKIM): the selector is the token, and the record is in our zone. */
async function ownKeys(identity: IdentityAnswer, dns: Dns): Promise<Outcome> {
  const findings: FindingDraft[] = [];
  for (const selector of identity.DkimAttributes?.Tokens ?? []) {
    const name = `${selector}._domainkey.${identity.EmailIdentity}`;
    const texts = await dns.records(name, 'TXT');
    const key = dkimKey(texts.join(''));
    if (texts.length !== 1 || key.bits === 0) {
      findings.push(await unusableKey(identity, dns, name));
    } else if (key.testing) {
      findings.push(await testingKey(dns, name));
    } else {
      findings.push(...weakKey(identity, key.bits));
    }
  }
  return outcome(findings);
}

/** The private half is in SES only, so the way out that always works is Easy DKIM. */
async function unusableKey(identity: IdentityAnswer, dns: Dns, name: string): Promise<FindingDraft> {
  return {
    code: 'dkim-key-unusable',
    severity: 'block',
    title: { ja: `${name} に使えるDKIM公開鍵がありません。`, en: `${name} has no usable DKIM key.` },
    evidence: await evidenceOf(dns, name, 'TXT'),
    consequence: unsigned,
    fix: {
      text: {
        ja: '公開鍵を TXT 1件（v=DKIM1; k=rsa; p=…）で公開し直すか、SESの Easy DKIM に切り替えてください。',
        en: 'Publish the public key again as one TXT record (v=DKIM1; k=rsa; p=…), or change to Easy DKIM of SES.',
      },
      changes: [easyDkimKey(identity)],
    },
  };
}

async function testingKey(dns: Dns, name: string): Promise<FindingDraft> {
  const [text = ''] = await dns.records(name, 'TXT');
  return {
    code: 'dkim-testing',
    severity: 'warn',
    title: { ja: `${name} がテスト中（t=y）です。`, en: `${name} says that it is a test (t=y).` },
    evidence: shown(name, 'TXT', [text]),
    consequence: {
      all: {
        ja: '受信側は署名がないものとして扱うことがあります（RFC 6376 §3.6.1）。',
        en: 'Receivers may treat the mail as unsigned (RFC 6376 §3.6.1).',
      },
    },
    fix: {
      text: { ja: 't=y を外してください。', en: 'Take t=y out.' },
      changes: [
        record(
          name,
          'TXT',
          text
            .split(';')
            .map((part) => part.trim())
            .filter((part) => part !== '' && !/^t\s*=/.test(part))
            .join('; '),
        ),
      ],
    },
  };
}

/** Whether SES signs with the identity's own key and receivers can check it. */
export async function dkimWorks({ facts, dns }: Subject): Promise<boolean> {
  const identity = need(facts.ses.identity);
  if (identity?.DkimAttributes?.SigningEnabled === false || identity?.DkimAttributes?.Status !== 'SUCCESS') {
    return false;
  }
  const keys = identity.DkimAttributes.SigningAttributesOrigin === 'EXTERNAL' ? ownKeys : easyKeys;
  return !(await keys(identity, dns)).findings.some(({ severity }) => severity === 'block');
}
