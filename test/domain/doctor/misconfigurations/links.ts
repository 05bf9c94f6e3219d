import { link, type Misconfiguration, tracking } from './seed.ts';

export const linksMisconfigurations: readonly Misconfiguration[] = [
  { code: 'link-to-address', check: 17, severity: 'warn', seed: link('http://192.0.2.80/') },
  { code: 'link-shortener', check: 17, severity: 'warn', seed: link('https://bit.ly/x') },
  { code: 'link-not-https', check: 17, severity: 'warn', seed: link('http://www.example.com/') },
  { code: 'link-unresolved', check: 17, severity: 'warn', seed: link('https://shop.example.com/') },
  {
    code: 'link-foreign',
    check: 17,
    severity: 'warn',
    seed: (w) => {
      w.zone['A shop.example.net'] = ['192.0.2.81'];
      link('https://shop.example.net/')(w);
    },
  },
  {
    code: 'tracking-default-domain',
    check: 17,
    severity: 'warn',
    seed: tracking(undefined),
  },
  {
    code: 'tracking-foreign',
    check: 17,
    severity: 'warn',
    seed: tracking({ CustomRedirectDomain: 'links.example.net', HttpsPolicy: 'REQUIRE' }),
  },
  {
    code: 'tracking-not-https',
    check: 17,
    severity: 'warn',
    seed: tracking({ CustomRedirectDomain: 'links.mail.example.com' }),
  },
  {
    code: 'tracking-not-https',
    check: 17,
    severity: 'warn',
    seed: tracking({ CustomRedirectDomain: 'links.mail.example.com', HttpsPolicy: 'REQUIRE_OPEN_ONLY' }),
  },
  {
    code: 'tracking-unresolved',
    check: 17,
    severity: 'warn',
    seed: (w) => {
      delete w.zone['CNAME links.mail.example.com'];
    },
  },
  {
    code: 'tracking-unresolved',
    check: 17,
    severity: 'warn',
    // The distribution is gone, and its name is free for others.
    seed: (w) => {
      delete w.zone['A d111111abcdef8.cloudfront.net'];
    },
  },
  {
    code: 'tracking-cname-wrong',
    check: 17,
    severity: 'warn',
    seed: (w) => {
      w.zone['CNAME links.mail.example.com'] = ['r.us-east-1.awstrack.me'];
    },
  },
  {
    code: 'tracking-without-certificate',
    check: 17,
    severity: 'warn',
    seed: (w) => {
      w.zone['CNAME links.mail.example.com'] = ['r.ap-northeast-1.awstrack.me'];
    },
  },
  {
    code: 'link-domain-listed',
    check: 17,
    severity: 'warn',
    seed: (w) => {
      w.zone['A example.com.dbl.spamhaus.org'] = ['127.0.1.2'];
    },
  },
  {
    code: 'link-domain-listed',
    check: 17,
    severity: 'warn',
    seed: (w) => {
      w.zone['A example.com.multi.surbl.org'] = ['127.0.0.8'];
    },
  },
];
