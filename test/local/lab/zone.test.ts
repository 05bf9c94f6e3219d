import { type NameServer, serveZone } from '../../../local/lab/name-server.ts';
import { createZone, type RecordType, type Zone } from '../../../local/lab/zone.ts';

const longText = `v=DKIM1; p=${'A'.repeat(2_000)}`;
let zone: Zone;
let server: NameServer;

beforeAll(async () => {
  zone = createZone({
    'SOA example.com': ['ns1.example.com hostmaster.example.com 1 7200 900 1209600 300'],
    'NS example.com': ['ns1.example.com'],
    'MX example.com': ['10 mx.example.com', '20 mx2.example.com'],
    'A MX.example.com.': ['192.0.2.25'],
    'AAAA mx.example.com': ['2001:db8::25'],
    'PTR 25.2.0.192.in-addr.arpa': ['mx.example.com'],
    'TXT key.example.com': [longText],
    'CNAME token._domainkey.example.com': ['key.example.com'],
    'CNAME loop.example.com': ['loop.example.com'],
    'MX null.example.com': ['0 .'],
  });
  server = await serveZone(zone);
});
afterAll(() => server.close());

const ask = (name: string, type: RecordType) =>
  server.resolver.resolve(name, type as 'A').then(
    (records: unknown) => records,
    ({ code }: { code: string }) => code,
  );

it.each<[string, RecordType, unknown]>([
  ['mx.example.com', 'A', ['192.0.2.25']],
  ['MX.EXAMPLE.COM', 'A', ['192.0.2.25']],
  ['mx.example.com', 'AAAA', ['2001:db8::25']],
  ['example.com', 'NS', ['ns1.example.com']],
  ['25.2.0.192.in-addr.arpa', 'PTR', ['mx.example.com']],
  ['example.com', 'A', 'ENODATA'],
  ['nobody.example.com', 'A', 'ENOTFOUND'],
  // RFC 8020: there are names below it, so it exists.
  ['_domainkey.example.com', 'TXT', 'ENODATA'],
  ['token._domainkey.example.com', 'CNAME', ['key.example.com']],
])('answers %s %s with %j', async (name, type, answer) => {
  expect(await ask(name, type)).toEqual(answer);
});

it('answers with mail servers in any order, and with a null MX', async () => {
  const servers = await server.resolver.resolveMx('example.com');
  expect(servers.map(({ exchange, priority }) => [exchange, priority])).toEqual(
    expect.arrayContaining([
      ['mx.example.com', 10],
      ['mx2.example.com', 20],
    ]),
  );
  expect(await server.resolver.resolveMx('null.example.com')).toMatchObject([{ exchange: '', priority: 0 }]);
  expect(await server.resolver.resolveSoa('example.com')).toMatchObject({
    nsname: 'ns1.example.com',
    serial: 1,
  });
});

it('follows an alias to a text that is longer than a datagram', async () => {
  const [strings] = await server.resolver.resolveTxt('token._domainkey.example.com');
  expect(strings?.join('')).toBe(longText);
});

it('ends a loop of aliases', () => {
  expect(zone.lookup('loop.example.com', 'A')).toEqual({ status: 'nodata', records: [] });
});

it('answers as it was changed from then on', async () => {
  zone.change({ 'A new.example.com': ['192.0.2.1'] });
  expect(await ask('new.example.com', 'A')).toEqual(['192.0.2.1']);
  zone.change({ 'A new.example.com': ['192.0.2.2'] });
  expect(await ask('new.example.com', 'A')).toEqual(['192.0.2.2']);
  zone.change({ 'A new.example.com': null });
  expect(await ask('new.example.com', 'A')).toBe('ENOTFOUND');
});

it.each(['example.com', 'SPF example.com', 'A', 'A  example.com'])(
  'does not take %j for a record set',
  (key) => {
    expect(() => zone.change({ [key]: ['x'] })).toThrow(
      expect.objectContaining({ code: 'invalid-record', field: 'zone' }),
    );
  },
);
