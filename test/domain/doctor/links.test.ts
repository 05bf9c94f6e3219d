import { examine } from '../../../domain/doctor/examine.ts';
import { factsOf, healthy, type World } from './healthy.ts';

/** What check 17 comes to in a world. */
async function linksOf(world: World) {
  const { checks, findings } = await examine(factsOf(world));
  return {
    codes: findings.filter(({ check }) => check === 17).map(({ code }) => code),
    undecided: checks.find(({ number }) => number === 17)?.undecided?.en,
  };
}

describe('a blocklist', () => {
  it.each([
    { says: 'that public resolvers are refused', address: '127.255.255.254' },
    { says: 'that the question is no domain', address: '127.0.1.255' },
    { says: 'that access is blocked', address: '127.0.0.1' },
    { says: 'what somebody on the way made up', address: '192.0.2.1' },
  ])('that answers with $address, $says, has not answered', async ({ address }) => {
    const world = healthy();
    world.zone['A example.com.dbl.spamhaus.org'] = [address];
    world.zone['A example.com.multi.surbl.org'] = ['127.0.0.64'];
    expect(await linksOf(world)).toEqual({
      codes: ['link-domain-listed'],
      undecided: expect.stringMatching(/^dbl\.spamhaus\.org refused the question/),
    });
  });

  it('is not asked unless somebody says which', async () => {
    const world = { ...healthy(), blocklists: [] };
    world.zone['A example.com.dbl.spamhaus.org'] = ['127.0.1.2'];
    expect(await linksOf(world)).toEqual({ codes: [], undecided: undefined });
  });

  it('is asked about the domains of links as well, and its key is not shown', async () => {
    const world = { ...healthy(), blocklists: ['secretkey.dbl.dq.spamhaus.net'] };
    world.zone['A www.example.net'] = ['192.0.2.80'];
    world.zone['A example.net.secretkey.dbl.dq.spamhaus.net'] = ['127.0.1.2'];
    for (const mail of world.mails) mail.html += '<a href="https://www.example.net/">shop</a>';
    const { findings } = await examine(factsOf(world));
    const found = findings.find(({ code }) => code === 'link-domain-listed');
    expect(found?.evidence).toEqual(['example.net.dq.spamhaus.net A 127.0.1.2']);
    expect(JSON.stringify(found)).not.toContain('secretkey');
  });
});

describe('the domain of tracked links', () => {
  it('does not matter as long as no campaign counts opens or clicks', async () => {
    const world = healthy();
    Object.assign(world.sets[2] ?? {}, { TrackingOptions: undefined });
    world.plan.tracks = false;
    expect((await linksOf(world)).codes).toEqual([]);
    world.history.tracked = 1;
    expect((await linksOf(world)).codes).toEqual(['tracking-default-domain']);
  });

  it('matters to a set that tracks all its mail', async () => {
    const world = healthy();
    world.plan.tracks = false;
    world.sets[0]?.EventDestinations?.[0]?.MatchingEventTypes?.push('CLICK');
    expect((await linksOf(world)).codes).toEqual(['tracking-default-domain']);
  });

  it('is judged by what SES says where the DNS does not answer', async () => {
    const world = healthy();
    Object.assign(world.sets[2] ?? {}, {
      TrackingOptions: { CustomRedirectDomain: 'links.mail.example.com' },
    });
    world.servfail = ['links.mail.example.com'];
    expect(await linksOf(world)).toEqual({
      codes: ['tracking-not-https'],
      undecided: expect.stringContaining('links.mail.example.com'),
    });
  });
});
