import { type Check, outcome, type Subject } from '../check.ts';
import { shown } from '../dns.ts';
import type { FindingDraft } from '../finding.ts';
import { joined, spfChange } from '../remedies.ts';
import {
  brokenTerms,
  type SpfTerm,
  type SpfWalk,
  sesSpfDomain,
  spfLimits,
  spfRecords,
  spfTerms,
  walkSpf,
  withSes,
} from '../spf.ts';
import { spfResultOfSes } from '../spf-result.ts';
import type { Text } from '../text.ts';
import { mailFromOf } from './mail-from.ts';

export const spfRecordCheck: Check = {
  number: 7,
  title: { ja: 'SPFレコードの書き方と上限', en: 'SPF: one record, within its limits' },
  async examine(subject) {
    const { identity } = subject.facts.ses;
    const mailFrom = identity.known && identity.value ? mailFromOf(identity.value) : undefined;
    const domains = new Set([subject.facts.domain, ...(mailFrom === undefined ? [] : [mailFrom])]);
    const findings: (FindingDraft | undefined)[] = [];
    for (const domain of domains) {
      findings.push(...(await ofDomain(subject, domain)));
    }
    return outcome(findings);
  },
};

async function ofDomain(subject: Subject, domain: string): Promise<(FindingDraft | undefined)[]> {
  const records = spfRecords(await subject.dns.records(domain, 'TXT'));
  const [record] = records;
  if (record === undefined) {
    return [];
  }
  const about = { subject, domain, record };
  if (records.length > 1) {
    return [
      await draft(about, {
        code: 'spf-multiple',
        severity: 'block',
        title: {
          ja: `${domain} にSPFが${records.length}件あります。`,
          en: `${domain} has ${records.length} SPF records.`,
        },
        text: { ja: '1件にまとめてください。', en: 'Join them to one.' },
        value: withSes(joined(records)),
        evidence: shown(domain, 'TXT', records),
      }),
    ];
  }
  const terms = spfTerms(record) ?? [];
  const broken = brokenTerms(terms);
  if (broken.length > 0) {
    return [
      await draft(about, {
        code: 'spf-syntax',
        severity: 'block',
        title: {
          ja: `${domain} のSPFに正しくない語があります（${broken.map(({ text }) => text).join(' ')}）。`,
          en: `SPF of ${domain} has terms that no receiver understands: ${broken.map(({ text }) => text).join(' ')}.`,
        },
        text: { ja: '直すか、取り除いてください。', en: 'Correct them or take them out.' },
        value: withSes(joined([record])),
      }),
    ];
  }
  const walk = await walkSpf(subject.dns, domain, record);
  const blocking =
    walk.deadIncludes.length > 0 ? await deadInclude(about, terms, walk) : await limits(about, terms, walk);
  return [blocking ?? (await otherError(about)), await ending(about, terms), await reverse(about, terms)];
}

/** What is wrong in a way that none of the others names: the evaluation says so. */
async function otherError(about: About): Promise<FindingDraft | undefined> {
  const { result, comment } = await spfResultOfSes(about.subject.dns, about.domain);
  return result !== 'permerror'
    ? undefined
    : await draft(about, {
        code: 'spf-permanent-error',
        severity: 'block',
        title: {
          ja: `${about.domain} のSPFを評価できません。`,
          en: `SPF of ${about.domain} cannot be evaluated.`,
        },
        text: {
          ja: '次の形から始めて、必要なものだけを加え直してください。',
          en: 'Begin again with this, and add only what is needed.',
        },
        value: withSes(undefined),
        evidence: [...shown(about.domain, 'TXT', [about.record]), `SPF permerror: ${comment}`],
      });
}

interface About {
  readonly subject: Subject;
  readonly domain: string;
  readonly record: string;
}

async function deadInclude(about: About, terms: readonly SpfTerm[], walk: SpfWalk): Promise<FindingDraft> {
  const dead = new Set(walk.deadIncludes);
  const direct = terms.filter(({ value }) => dead.has(value.toLowerCase()));
  // A dead one further down is taken out with the include that leads to it.
  const guilty =
    direct.length > 0
      ? direct
      : terms.filter(({ name, value }) => name === 'include' && value !== sesSpfDomain);
  return await draft(about, {
    code: 'spf-dead-include',
    severity: 'block',
    title: {
      ja: `${about.domain} のSPFが、SPFのない ${walk.deadIncludes.join('、')} を参照しています。`,
      en: `SPF of ${about.domain} includes ${walk.deadIncludes.join(', ')}, which has no SPF record.`,
    },
    text: { ja: 'その参照を外してください。', en: 'Take the include out.' },
    value: without(about.record, guilty),
  });
}

async function limits(
  about: About,
  terms: readonly SpfTerm[],
  walk: SpfWalk,
): Promise<FindingDraft | undefined> {
  if (walk.voids.length > spfLimits.voidLookups) {
    return await draft(about, {
      code: 'spf-void-lookups',
      severity: 'block',
      title: {
        ja: `${about.domain} のSPFに、答えのない参照が${walk.voids.length}件あります（上限2）。`,
        en: `SPF of ${about.domain} makes ${walk.voids.length} look-ups without an answer; ${spfLimits.voidLookups} are allowed.`,
      },
      text: { ja: '答えのない語を外してください。', en: 'Take out the terms that lead nowhere.' },
      value: without(
        about.record,
        terms.filter(({ text }) => walk.voids.includes(text)),
      ),
    });
  }
  if (walk.lookups <= spfLimits.lookups) {
    return undefined;
  }
  return await draft(about, {
    code: 'spf-too-many-lookups',
    severity: 'block',
    title: {
      ja: `${about.domain} のSPFはDNS参照が${walk.lookups}回必要です（上限10）。`,
      en: `SPF of ${about.domain} takes ${walk.lookups} look-ups; RFC 7208 allows ${spfLimits.lookups}.`,
    },
    text: {
      ja: '使っていない参照を外すか、ネットワークを直接書いてください。下は直接書いたものです（相手のアドレスが変わったら直してください）。',
      en: 'Take out what is not used, or write the networks themselves. Below they are written out; keep them up to date.',
    },
    value: flattened(about.record, terms, walk),
  });
}

/** Everything but SES written out as networks. */
function flattened(record: string, terms: readonly SpfTerm[], walk: SpfWalk): string {
  const asks = (term: SpfTerm) => /^(?:include|redirect|a|mx|ptr|exists)$/.test(term.name);
  const keepsSes = terms.some(({ name, value }) => name === 'include' && value === sesSpfDomain);
  const networks = walk.networks.filter(({ under }) => under !== sesSpfDomain).map(({ term }) => term);
  const rest = without(record, terms.filter(asks)).split(' ');
  const end = rest.findIndex((text) => /^[+\-~?]?all$/i.test(text));
  const at = end < 0 ? rest.length : end;
  return [
    ...new Set([
      ...rest.slice(0, at),
      ...(keepsSes ? [`include:${sesSpfDomain}`] : []),
      ...networks,
      ...(end < 0 ? ['~all'] : rest.slice(at)),
    ]),
  ].join(' ');
}

async function ending(about: About, terms: readonly SpfTerm[]): Promise<FindingDraft | undefined> {
  const all = terms.find(({ name }) => name === 'all');
  if (all !== undefined && all.qualifier !== '' && all.qualifier !== '+' && all.qualifier !== '?') {
    return undefined;
  }
  if (all === undefined) {
    return terms.some(({ name }) => name === 'redirect')
      ? undefined
      : await draft(about, {
          code: 'spf-no-all',
          severity: 'warn',
          title: {
            ja: `${about.domain} のSPFに all がありません。`,
            en: `SPF of ${about.domain} does not end with "all".`,
          },
          text: { ja: '最後に ~all を加えてください。', en: 'End it with ~all.' },
          value: `${about.record.trim()} ~all`,
        });
  }
  const open = all.qualifier !== '?';
  return await draft(about, {
    code: open ? 'spf-pass-all' : 'spf-neutral-all',
    severity: open ? 'block' : 'warn',
    title: open
      ? {
          ja: `${about.domain} のSPFは誰にでも送信を許しています（${all.text}）。`,
          en: `SPF of ${about.domain} lets everybody send (${all.text}).`,
        }
      : {
          ja: `${about.domain} のSPFは何も決めていません（?all）。`,
          en: `SPF of ${about.domain} decides nothing (?all).`,
        },
    text: { ja: '~all に変えてください。', en: 'Change it to ~all.' },
    value: about.record.trim().replace(all.text, '~all'),
  });
}

async function reverse(about: About, terms: readonly SpfTerm[]): Promise<FindingDraft | undefined> {
  const found = terms.filter(({ name }) => name === 'ptr');
  return found.length === 0
    ? undefined
    : await draft(about, {
        code: 'spf-ptr',
        severity: 'warn',
        title: {
          ja: `${about.domain} のSPFに ptr があります（RFC 7208 §5.5で非推奨）。`,
          en: `SPF of ${about.domain} uses ptr, which RFC 7208 §5.5 advises against.`,
        },
        text: { ja: 'ptr を外してください。', en: 'Take ptr out.' },
        value: without(about.record, found),
      });
}

function without(record: string, terms: readonly SpfTerm[]): string {
  const out = new Set(terms.map(({ text }) => text));
  return record
    .trim()
    .split(/\s+/)
    .filter((text) => !out.has(text))
    .join(' ');
}

const permanentError: FindingDraft['consequence'] = {
  gmail: {
    ja: 'SPFは失敗とみなされます（5.7.27）。',
    en: 'Counts as an SPF failure (5.7.27).',
  },
  microsoft: { ja: 'SPFは失敗とみなされます（5.7.515）。', en: 'Counts as an SPF failure (5.7.515).' },
  docomo: { ja: 'なりすまし扱いになることがあります。', en: 'May be treated as spoofed.' },
};

const weak: FindingDraft['consequence'] = {
  gmail: {
    ja: '緩いSPFは評判を下げます（5.7.24）。',
    en: 'A loose record costs reputation (5.7.24).',
  },
  all: {
    ja: '他人があなたのドメインで送ったメールを見分けられません。',
    en: 'Nobody can tell mail that others send in your name.',
  },
};

async function draft(
  { subject, domain, record }: About,
  what: {
    readonly code: string;
    readonly severity: FindingDraft['severity'];
    readonly title: Text;
    readonly text: Text;
    readonly value: string;
    readonly evidence?: readonly string[];
  },
): Promise<FindingDraft> {
  const { code, severity, title, text, value, evidence = shown(domain, 'TXT', [record]) } = what;
  return {
    code,
    severity,
    title,
    evidence,
    consequence: code === 'spf-pass-all' || severity === 'warn' ? weak : permanentError,
    fix: { text, changes: [await spfChange(subject.dns, domain, value)] },
  };
}
