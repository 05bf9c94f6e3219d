import type { World } from '../healthy.ts';

/** One way to get a set-up wrong, and the finding that has to come of it. */
export interface Misconfiguration {
  readonly code: string;
  readonly check: number;
  readonly severity: 'block' | 'warn' | 'info';
  readonly seed: (world: World) => void;
}

export const dkimName = 'aaaa._domainkey.mail.example.com';
export const dkim = ({ identity }: World) => identity?.DkimAttributes ?? {};
export const mailFrom = ({ identity }: World) => identity?.MailFromAttributes ?? {};
export const spf = (text: string) => (world: World) => {
  world.zone['TXT mail.example.com'] = ['site-verification=1', text];
};
export const dmarc =
  (...texts: string[]) =>
  (world: World) => {
    world.zone['TXT _dmarc.example.com'] = texts;
  };
export const letter = (change: (mail: World['mails'][number]) => void) => (world: World) => {
  for (const mail of world.mails.slice(0, 1)) change(mail);
};
export const arrival = (from: string | RegExp, to: string) => (world: World) => {
  world.seedMail = world.seedMail.replace(from, to);
};
export const ownKey = (text: string) => (world: World) => {
  Object.assign(dkim(world), {
    SigningAttributesOrigin: 'EXTERNAL',
    Tokens: ['own'],
    CurrentSigningKeyLength: undefined,
  });
  world.zone['TXT own._domainkey.mail.example.com'] = [text];
};

export function manyIncludes(world: World): void {
  const parts = Array.from({ length: 6 }, (_, i) => `part${i}.example.net`);
  for (const [i, part] of parts.entries()) {
    world.zone[`TXT ${part}`] = [`v=spf1 include:more${i}.example.net -all`];
    world.zone[`TXT more${i}.example.net`] = [`v=spf1 ip4:203.0.113.${i * 8}/29 -all`];
  }
  spf(`v=spf1 include:amazonses.com ${parts.map((part) => `include:${part}`).join(' ')} ~all`)(world);
}

export function link(url: string) {
  return letter((mail) => {
    mail.html = mail.html.replace('https://www.example.com/news', url);
  });
}

export const tracking = (TrackingOptions: object | undefined) => (world: World) => {
  Object.assign(world.sets[2] ?? {}, { TrackingOptions });
};

export function destination(change: object) {
  return (world: World) => {
    Object.assign(world.sets[0]?.EventDestinations?.[0] ?? {}, change);
  };
}
