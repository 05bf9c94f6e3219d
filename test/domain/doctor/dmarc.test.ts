import { aligned, discoverDmarc, parseDmarc, rewritten, treeWalk } from '../../../domain/doctor/dmarc.ts';
import { type Dns, dnsOf } from '../../../domain/doctor/dns.ts';

function zone(records: Readonly<Record<string, string[]>>): Dns {
  return dnsOf(async (name) => {
    const found = records[name];
    return found === undefined ? { status: 'nxdomain' } : { status: 'records', records: found };
  });
}

it.each([
  { domain: 'a.mail.example.com', asked: ['a.mail.example.com', 'mail.example.com', 'example.com', 'com'] },
  // RFC 9989 §4.10: eight labels and more are shortened to seven after the first question.
  {
    domain: 'a.b.c.d.e.f.g.h.i.example.com',
    asked: [
      'a.b.c.d.e.f.g.h.i.example.com',
      'e.f.g.h.i.example.com',
      'f.g.h.i.example.com',
      'g.h.i.example.com',
      'h.i.example.com',
      'i.example.com',
      'example.com',
      'com',
    ],
  },
])('asks on the way up from $domain', ({ domain, asked }) => {
  expect(treeWalk(domain)).toEqual(asked);
});

it.each([
  {
    what: 'the domain with the fewest labels',
    records: {
      '_dmarc.example.com': ['v=DMARC1; p=none'],
      '_dmarc.mail.example.com': ['v=DMARC1; p=reject'],
    },
    organization: 'example.com',
    policy: 'reject',
  },
  {
    what: 'the one that says psd=n',
    records: {
      '_dmarc.example.com': ['v=DMARC1; p=none'],
      '_dmarc.mail.example.com': ['v=DMARC1; p=reject; psd=n'],
    },
    organization: 'mail.example.com',
    policy: 'reject',
  },
  {
    what: 'the one below a public suffix',
    records: { '_dmarc.com': ['v=DMARC1; p=reject; psd=y'] },
    organization: 'example.com',
    policy: 'reject',
  },
  {
    what: 'that of the list, where nobody publishes anything',
    records: {},
    organization: 'example.com',
    policy: undefined,
  },
  {
    what: 'not one with two records',
    records: {
      '_dmarc.mail.example.com': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'],
      '_dmarc.example.com': ['v=DMARC1; p=none'],
    },
    organization: 'example.com',
    policy: 'none',
  },
])('takes for the organizational domain $what', async ({ records, organization, policy }) => {
  const found = await discoverDmarc(zone(records), 'mail.example.com');
  expect({ organization: found.organization, policy: found.policy?.tags.get('p') }).toEqual({
    organization,
    policy,
  });
});

it.each([
  { mode: 'r', one: 'mail.example.com', other: 'bounce.mail.example.com', holds: true },
  { mode: 's', one: 'mail.example.com', other: 'bounce.mail.example.com', holds: false },
  { mode: 's', one: 'mail.example.com', other: 'mail.example.com', holds: true },
  { mode: undefined, one: 'mail.example.com', other: 'example.net', holds: false },
])('$one and $other are aligned by $mode: $holds', async ({ mode, one, other, holds }) => {
  expect(await aligned(zone({ '_dmarc.example.com': ['v=DMARC1; p=none'] }), mode, one, other)).toBe(holds);
});

it('rewrites a record with version and policy first, and leaves the rest as it was', () => {
  const record = parseDmarc('example.com', 'v=DMARC1;rua=mailto:a@example.com ; pct=20;p=none');
  expect(rewritten(record, { pct: undefined, p: 'quarantine' })).toBe(
    'v=DMARC1; p=quarantine; rua=mailto:a@example.com',
  );
});
