import { mailRecords } from '../../aws/mail-records.ts';
import { serveZone } from '../cli/doctor/zone-server.ts';
import { resolverOf } from '../domain/doctor/healthy.ts';

const zone = {
  'TXT mail.example.com': ['other=1', 'v=spf1 include:amazonses.com ~all'],
  'TXT bounce.mail.example.com': ['v=spf1 include:amazonses.com -all'],
  'TXT _dmarc.example.com': [`v=DMARC1; p=reject; rua=mailto:${'x'.repeat(300)}@example.com`],
};

async function records(servfail: string[], ...asked: Parameters<ReturnType<typeof mailRecords>>) {
  const server = await serveZone(resolverOf({ zone, servfail }));
  try {
    return await mailRecords(server.address)(...asked);
  } finally {
    await server.close();
  }
}

it('reads SPF of both domains, and the DMARC record of the nearest domain that has one', async () => {
  expect(await records([], 'mail.example.com', 'bounce.mail.example.com')).toEqual({
    spf: 'v=spf1 include:amazonses.com ~all',
    dmarc: zone['TXT _dmarc.example.com'][0],
    mailFromSpf: 'v=spf1 include:amazonses.com -all',
  });
});

it('says what is not there', async () => {
  expect(await records([], 'example.net', undefined)).toEqual({ spf: '', dmarc: '' });
});

it('knows nothing when the DNS does not answer, or is not asked', async () => {
  expect(await records(['_dmarc.example.com'], 'mail.example.com', undefined)).toBeUndefined();
  expect(await mailRecords('none')('mail.example.com', undefined)).toBeUndefined();
});
