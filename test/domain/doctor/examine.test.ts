import fc from 'fast-check';
import { checks } from '../../../domain/doctor/checks.ts';
import { blocks, examine } from '../../../domain/doctor/examine.ts';
import { known, unknown } from '../../../domain/doctor/fact.ts';
import { factsOf, healthy } from './healthy.ts';
import { mend } from './mended.ts';
import { misconfigurations } from './misconfigurations.ts';

describe('a healthy set-up', () => {
  it('has no finding, and nothing is left undecided', async () => {
    const { findings, checks: results } = await examine(factsOf(healthy()));
    expect(findings).toEqual([]);
    expect(results.map(({ status, undecided }) => undecided ?? status)).toEqual(checks.map(() => 'passed'));
  });

  it('is looked at by 30 numbered checks and two of ours, each with both languages', () => {
    expect(checks.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
  });
});

describe('one misconfiguration', () => {
  it.each(misconfigurations)(
    '$code (check $check) is found as $severity, and its fix mends it',
    async ({ code, check, severity, seed }) => {
      const world = healthy();
      seed(world);
      const { findings } = await examine(factsOf(world));
      const found = findings.filter((finding) => finding.code === code);
      expect(found).toEqual([expect.objectContaining({ code, check, severity })]);
      const [finding] = found;
      expect(finding?.evidence.length).toBeGreaterThan(0);
      expect(Object.keys(finding?.consequence ?? {}).length).toBeGreaterThan(0);
      expect(finding?.fix.text).toEqual({
        ja: expect.stringMatching(/[ぁ-ん]/),
        en: expect.stringMatching(/^[\x20-\x7e’…①㎡–]+$/),
      });

      mend(world, finding?.fix.changes ?? []);
      const after = await examine(factsOf(world));
      expect(after.findings.map((each) => each.code)).not.toContain(code);
    },
  );

  it.each(misconfigurations)(
    '$code is gone for good once every fix is applied: nothing else came of it',
    async ({ seed }) => {
      const world = healthy();
      seed(world);
      for (let round = 0; round < 4; round++) {
        const { findings } = await examine(factsOf(world));
        if (findings.length === 0) break;
        mend(
          world,
          findings.flatMap(({ fix }) => fix.changes),
        );
      }
      expect((await examine(factsOf(world))).findings).toEqual([]);
    },
  );

  it('is of at least 36 different kinds', () => {
    expect(new Set(misconfigurations.map(({ code }) => code)).size).toBeGreaterThanOrEqual(36);
  });
});

describe('what nobody knows', () => {
  const why = { ja: '不明', en: 'not known' };
  const nothing = () => {
    const facts = factsOf(healthy());
    const none = unknown(why);
    return {
      ...facts,
      resolve: none,
      ses: {
        ...facts.ses,
        account: none,
        identity: none,
        configurationSets: none,
        dedicatedIps: none,
        rates: none,
        reputation: none,
      },
      streams: none,
      plan: {},
      mails: none,
      audience: none,
      history: none,
      unsubscribe: none,
      feedback: none,
      monitoring: none,
      seedMail: none,
    };
  };

  it('is undecided in every check, with the reason', async () => {
    const { findings, checks: results } = await examine(nothing());
    expect(findings).toEqual([]);
    expect(results.map(({ status, undecided }) => ({ status, undecided }))).toEqual(
      checks.map(() => ({ status: 'undecided', undecided: why })),
    );
  });

  it('leaves what is known decided: without the DNS a paused account is still found', async () => {
    const facts = factsOf({ ...healthy(), account: { ...healthy().account, SendingEnabled: false } });
    const diagnosis = await examine({ ...facts, resolve: unknown(why) });
    expect(diagnosis.findings.map(({ code }) => code)).toEqual(['account-paused']);
    expect(blocks(diagnosis)).toBe(true);
  });

  it('is a part of an audience or of the way back that nobody may read: no pass, and the rest is found', async () => {
    const world = healthy();
    Object.assign(world.audience, { suppressed: undefined, unread: why, duplicates: 600 });
    Object.assign(world.feedback, { queue: undefined, topic: undefined, deadLetters: 3, unread: why });
    const { findings, checks: results } = await examine(factsOf(world));
    expect(findings.map(({ code }) => code)).toEqual(['feedback-dead-letters', 'audience-duplicates']);
    expect(results.filter(({ undecided }) => undecided === why).map(({ number }) => number)).toEqual([
      20, 21,
    ]);
    world.audience.duplicates = 0;
    const again = await examine(factsOf(world));
    expect(again.checks.find(({ number }) => number === 21)?.status).toBe('undecided');
  });

  it('is a server that times out: no finding, but no pass either', async () => {
    const resolve = known(async () => ({ status: 'failed' as const, reason: 'timeout' }));
    const { findings, checks: results } = await examine({ ...factsOf(healthy()), resolve });
    expect(findings).toEqual([]);
    expect(results.filter(({ number }) => number >= 3 && number <= 9).map(({ status }) => status)).toEqual(
      Array.from({ length: 7 }, () => 'undecided'),
    );
  });
});

describe('whatever others publish', () => {
  const spfWords = [
    'v=spf1',
    'include:mail.example.com',
    'redirect=mail.example.com',
    'a',
    'mx',
    'ptr',
    '-all',
    'exists:%{i}.example.com',
    'ip4:300.1.1.1',
    'all:x',
    '%{',
  ];
  const dmarcWords = [
    'v=DMARC1',
    'p=none',
    'p=',
    'rua=mailto:a@example.net',
    'sp=x',
    'pct=1',
    '=',
    'psd=y',
    'np',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...spfWords), { maxLength: 8 }).map((words) => words.join(' ')),
    fc.array(fc.constantFrom(...dmarcWords), { maxLength: 6 }).map((words) => words.join(';')),
    fc.string(),
  );

  it('ends in findings or in undecided checks, never in a fault or a loop', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 3 }),
        fc.array(text, { maxLength: 3 }),
        async (apex, policy) => {
          const world = healthy();
          world.zone['TXT mail.example.com'] = apex;
          world.zone['TXT _dmarc.example.com'] = policy;
          world.zone['MX mail.example.com'] = apex;
          const { checks: results } = await examine(factsOf(world));
          expect(results).toHaveLength(checks.length);
        },
      ),
      { numRuns: 200 },
    );
  });
});
