import { awsCommand, zoneLines } from '../../../domain/doctor/change-text.ts';

it.each([
  { type: 'TXT', value: 'v=DMARC1; p=none', line: 'a.example.com. 3600 IN TXT "v=DMARC1; p=none"' },
  { type: 'TXT', value: 'say "hi"', line: String.raw`a.example.com. 3600 IN TXT "say \"hi\""` },
  { type: 'MX', value: '10 mx.example.com', line: 'a.example.com. 3600 IN MX 10 mx.example.com.' },
  { type: 'CNAME', value: 'b.example.com.', line: 'a.example.com. 3600 IN CNAME b.example.com.' },
  { type: 'A', value: '192.0.2.1', line: 'a.example.com. 3600 IN A 192.0.2.1' },
] as const)('writes $type $value as a line of a zone', ({ type, value, line }) => {
  expect(zoneLines({ kind: 'dns', name: 'a.example.com', type, values: [value] })).toEqual([line]);
});

it('splits a long text into strings of 255 octets, and says what to delete', () => {
  const [line = ''] = zoneLines({
    kind: 'dns',
    name: 'a.example.com',
    type: 'TXT',
    values: ['x'.repeat(300)],
  });
  expect(line).toContain(`"${'x'.repeat(255)}" "${'x'.repeat(45)}"`);
  expect(zoneLines({ kind: 'dns', name: 'a.example.com', type: 'TXT', values: [] })).toEqual([
    '; delete: a.example.com. TXT',
  ]);
});

it.each([
  {
    operation: 'PutAccountSuppressionAttributes',
    input: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    command: 'aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT',
  },
  {
    operation: 'PutAccountDetails',
    input: { ProductionAccessEnabled: true, WebsiteURL: 'https://example.com/' },
    command: 'aws sesv2 put-account-details --production-access-enabled --website-url https://example.com/',
  },
  {
    operation: 'UpdateConfigurationSetEventDestination',
    input: { ConfigurationSetName: 'a', EventDestination: { Enabled: true } },
    command: `aws sesv2 update-configuration-set-event-destination --configuration-set-name a --event-destination '{"Enabled":true}'`,
  },
])('writes $operation as a command', ({ operation, input, command }) => {
  expect(awsCommand({ kind: 'ses', operation, input })).toBe(command);
});
