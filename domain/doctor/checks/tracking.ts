import type { Subject } from '../check.ts';
import { shown } from '../dns.ts';
import { need } from '../fact.ts';
import type { Facts } from '../facts.ts';
import type { Change, FindingDraft } from '../finding.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import { record, ses, someRegion } from '../remedies.ts';
import type { ConfigurationSetAnswer } from '../ses-answers.ts';
import type { Text } from '../text.ts';

/** The name that CloudFront gives, which is known once there is a distribution. */
const distribution = 'distribution.cloudfront.net';

/** Through whose domain links and pixels of tracked mail lead, as far as SES says it. */
export function trackingOptions({ facts }: Subject): (FindingDraft | undefined)[] {
  return [...byDomain(facts)].map(([domain, using]) =>
    domain === ''
      ? sharedDomain(facts, using)
      : isOurs(domain, facts)
        ? plainHttp(domain, using)
        : foreign(domain, using, facts),
  );
}

/** Whether anybody gets there. */
export async function trackingRedirects(subject: Subject): Promise<(FindingDraft | undefined)[]> {
  const findings: (FindingDraft | undefined)[] = [];
  for (const [domain, using] of byDomain(subject.facts)) {
    if (domain !== '' && isOurs(domain, subject.facts)) {
      findings.push(await redirect(subject, domain, using));
    }
  }
  return findings;
}

/** The domains that tracked mail leads through: '' is that of SES. */
export function trackingDomains(facts: Facts): string[] {
  return [...byDomain(facts).keys()];
}

function byDomain(facts: Facts): Map<string, ConfigurationSetAnswer[]> {
  return Map.groupBy(
    need(facts.ses.configurationSets).filter((set) => tracks(set, facts)),
    ({ TrackingOptions }) => (TrackingOptions?.CustomRedirectDomain ?? '').toLowerCase(),
  );
}

function isOurs(domain: string, { domain: from }: Facts): boolean {
  return organizationalDomain(domain) === organizationalDomain(from);
}

/** Sets of Todoke for campaigns that count opens and clicks are there before any campaign does. */
function tracks(set: ConfigurationSetAnswer, { streams, plan, history }: Facts): boolean {
  const reported = (set.EventDestinations ?? []).filter(({ Enabled }) => Enabled !== false);
  if (!reported.some(({ MatchingEventTypes = [] }) => /OPEN|CLICK/.test(MatchingEventTypes.join(' ')))) {
    return false;
  }
  const waits =
    streams.known && streams.value.marketing.engagementSets?.includes(set.ConfigurationSetName ?? '');
  return (
    !waits ||
    set.TrackingOptions?.CustomRedirectDomain !== undefined ||
    plan.tracks === true ||
    (history.known && (history.value.tracked ?? 0) > 0)
  );
}

/** Found in a tracked mail: every link of it. */
function draft(
  code: string,
  title: Text,
  evidence: readonly string[],
  text: Text,
  changes: readonly Change[],
  dead: boolean,
): FindingDraft {
  return {
    code,
    severity: 'warn',
    title,
    evidence,
    consequence: {
      all: dead
        ? {
            ja: '計測するメールのリンクがすべて開けなくなり、開封も数えられません。',
            en: 'No link of a tracked mail opens, and no open is counted.',
          }
        : {
            ja: 'リンクをクリックする人に、見慣れないドメインや警告が見えます。',
            en: 'Who follows a link sees a strange domain, or a warning.',
          },
      gmail: {
        ja: 'メールはリンクのドメインの評判でも判定されます（4.7.28）。',
        en: 'Judges the mail by the domain of its links as well (4.7.28).',
      },
      microsoft: {
        ja: 'Safe Linksが開けないリンクや評判の悪いリンクは、迷惑メールの理由になります。',
        en: 'A link that Safe Links cannot open, or of poor standing, is a reason for junk.',
      },
    },
    fix: { text, changes },
  };
}

function evidenceOf(using: readonly ConfigurationSetAnswer[]): string[] {
  return using.map(
    ({ ConfigurationSetName, TrackingOptions }) =>
      `GetConfigurationSet ${ConfigurationSetName} CustomRedirectDomain=${TrackingOptions?.CustomRedirectDomain ?? '—'} HttpsPolicy=${TrackingOptions?.HttpsPolicy ?? 'OPTIONAL'}`,
  );
}

function trackingCalls(using: readonly ConfigurationSetAnswer[], CustomRedirectDomain: string): Change[] {
  return using.map(({ ConfigurationSetName }) =>
    ses('PutConfigurationSetTrackingOptions', {
      ConfigurationSetName,
      CustomRedirectDomain,
      HttpsPolicy: 'REQUIRE',
    }),
  );
}

/** Below the identity, so that SES takes it without verifying anything else. */
function ownDomain({ ses: { identity }, domain }: Facts): string {
  return `links.${(identity.known && identity.value?.EmailIdentity) || domain}`;
}

function howToServe(domain: string, region: string | undefined): Text {
  const origin = `r.${region ?? someRegion}.awstrack.me`;
  return {
    ja: `${domain} のACM証明書（us-east-1）を持つCloudFrontディストリビューションを作り、オリジンを ${origin} にして、すべてのヘッダーとクエリ文字列をそのまま渡してください（AllViewer、CachingDisabled）。次のCNAMEの ${distribution} をその名前に替えて公開します。`,
    en: `Make a CloudFront distribution with a certificate for ${domain} (ACM, us-east-1) and the origin ${origin}, which passes on all headers and the query string (AllViewer, CachingDisabled); put its name in place of ${distribution} in this CNAME.`,
  };
}

/** SES's own domain, which it shares among all its users. */
function sharedDomain(facts: Facts, using: readonly ConfigurationSetAnswer[]): FindingDraft {
  const domain = ownDomain(facts);
  const serve = howToServe(domain, facts.ses.region);
  return draft(
    'tracking-default-domain',
    {
      ja: '開封・クリックを計測するリンクが、SESの利用者全員で共有する awstrack.me を通ります。',
      en: 'Tracked links lead through awstrack.me, which all users of SES share.',
    },
    evidenceOf(using),
    {
      ja: `${serve.ja} それから infra/stages.ts の trackingDomain に ${domain} を書いてデプロイしてください。`,
      en: `${serve.en} Then set \`trackingDomain\` of the stage in infra/stages.ts to ${domain} and deploy.`,
    },
    [record(domain, 'CNAME', distribution), ...trackingCalls(using, domain)],
    false,
  );
}

/** With OPTIONAL the pixel is http, and with both lesser policies so is the way of an http link. */
function plainHttp(domain: string, using: readonly ConfigurationSetAnswer[]): FindingDraft | undefined {
  const open = using.filter(({ TrackingOptions }) => TrackingOptions?.HttpsPolicy !== 'REQUIRE');
  return open.length === 0
    ? undefined
    : draft(
        'tracking-not-https',
        {
          ja: `計測用ドメイン ${domain} がhttpsを必須にしていません。`,
          en: `Opens and clicks through ${domain} do not have to be https.`,
        },
        evidenceOf(open),
        {
          ja: 'HttpsPolicyをREQUIREにしてください。infra/stages.ts の trackingDomain でデプロイするとそうなります。',
          en: 'Set HttpsPolicy to REQUIRE; a deployment with `trackingDomain` of the stage does.',
        },
        trackingCalls(open, domain),
        false,
      );
}

function foreign(domain: string, using: readonly ConfigurationSetAnswer[], facts: Facts): FindingDraft {
  const own = ownDomain(facts);
  return draft(
    'tracking-foreign',
    {
      ja: `計測用ドメイン ${domain} は、送信ドメインと別の組織のドメインです。`,
      en: `The tracking domain ${domain} belongs to another organization than the sender.`,
    },
    evidenceOf(using),
    howToServe(own, facts.ses.region),
    [record(own, 'CNAME', distribution), ...trackingCalls(using, own)],
    false,
  );
}

/** Where the domain leads: to a server with a certificate for it, in front of SES's. */
async function redirect(
  { facts, dns }: Subject,
  domain: string,
  using: readonly ConfigurationSetAnswer[],
): Promise<FindingDraft | undefined> {
  const cnames = await dns.records(domain, 'CNAME');
  const target = (cnames[0] ?? '').toLowerCase().replace(/\.$/, '');
  const addresses = [...(await dns.records(domain, 'A')), ...(await dns.records(domain, 'AAAA'))];
  const seen = [...evidenceOf(using), ...shown(domain, 'CNAME', cnames)];
  const serve = howToServe(domain, facts.ses.region);
  const changes = [record(domain, 'CNAME', distribution)];
  const ours = `r.${facts.ses.region ?? someRegion}.awstrack.me`;
  if (/(?:^|\.)awstrack\.me$/.test(target)) {
    const wrong = facts.ses.region !== undefined && target !== ours;
    return wrong
      ? draft(
          'tracking-cname-wrong',
          {
            ja: `計測用ドメイン ${domain} が、別のリージョンなど違う所（${target}）を指しています。`,
            en: `The tracking domain ${domain} leads to ${target}, and SES of this region is ${ours}.`,
          },
          seen,
          serve,
          changes,
          true,
        )
      : draft(
          'tracking-without-certificate',
          {
            ja: `計測用ドメイン ${domain} がSESを直接指しています。SESはこの名前の証明書を持ちません。`,
            en: `The tracking domain ${domain} leads straight to SES, which has no certificate for that name.`,
          },
          seen,
          {
            ja: `httpsのリンクでは証明書の警告が出ます。${serve.ja}`,
            en: `Browsers warn of it at every https link. ${serve.en}`,
          },
          changes,
          true,
        );
  }
  return addresses.length > 0
    ? undefined
    : draft(
        'tracking-unresolved',
        {
          ja: `計測用ドメイン ${domain} がDNSで引けません。`,
          en: `The tracking domain ${domain} does not resolve.`,
        },
        [...seen, ...shown(domain, 'A', [])],
        serve,
        changes,
        true,
      );
}
