/** Whose servers answered, where they have rules of their own. */
export type Provider =
  | 'google'
  | 'google-groups'
  | 'microsoft'
  | 'yahoo'
  /** A company of its own, with servers and answers of its own. */
  | 'yahoo-japan'
  | 'docomo'
  | 'kddi'
  | 'softbank'
  | 'apple'
  | 'cloudfilter'
  | 'comcast'
  | 'facebook'
  | 'gmx'
  | 'laposte'
  | 'mail-ru'
  | 'mimecast'
  | 'messagelabs'
  | 'netease'
  | 'orange'
  | 'sina'
  | 'tencent'
  | 'trend-micro'
  | 'yandex'
  | 'zoho';

/** Domains of recipients by provider: the domain itself and everything below it. */
const domains: Readonly<Record<string, Provider>> = {
  'gmail.com': 'google',
  'googlegroups.com': 'google-groups',
  'outlook.com': 'microsoft',
  'outlook.jp': 'microsoft',
  'hotmail.com': 'microsoft',
  'hotmail.co.jp': 'microsoft',
  'live.com': 'microsoft',
  'live.jp': 'microsoft',
  'msn.com': 'microsoft',
  'yahoo.com': 'yahoo',
  'ymail.com': 'yahoo',
  'rocketmail.com': 'yahoo',
  'aol.com': 'yahoo',
  'yahoo.co.jp': 'yahoo-japan',
  'yahoo.ne.jp': 'yahoo-japan',
  'ybb.ne.jp': 'yahoo-japan',
  'docomo.ne.jp': 'docomo',
  'ezweb.ne.jp': 'kddi',
  'au.com': 'kddi',
  'auone-net.jp': 'kddi',
  'uqmobile.jp': 'kddi',
  'softbank.ne.jp': 'softbank',
  'softbank.jp': 'softbank',
  'vodafone.ne.jp': 'softbank',
  'disney.ne.jp': 'softbank',
  'ymobile.ne.jp': 'softbank',
  'y-mobile.ne.jp': 'softbank',
  'ymobile1.ne.jp': 'softbank',
  'icloud.com': 'apple',
  'me.com': 'apple',
  'mac.com': 'apple',
  'cox.net': 'cloudfilter',
  'charter.net': 'cloudfilter',
  'comcast.net': 'comcast',
  'facebook.com': 'facebook',
  'gmx.com': 'gmx',
  'gmx.net': 'gmx',
  'gmx.de': 'gmx',
  'web.de': 'gmx',
  'mail.com': 'gmx',
  'laposte.net': 'laposte',
  'mail.ru': 'mail-ru',
  '163.com': 'netease',
  '126.com': 'netease',
  'orange.fr': 'orange',
  'wanadoo.fr': 'orange',
  'qq.com': 'tencent',
  'sina.com': 'sina',
  'sina.cn': 'sina',
  'yandex.ru': 'yandex',
  'yandex.com': 'yandex',
  'ya.ru': 'yandex',
};

/** Host names of receiving servers by provider; they tell more than the domain, which may be hosted anywhere. */
const hosts: readonly (readonly [Provider, RegExp])[] = [
  ['google', /\.l\.google\.com$|^aspmx\d?\.google(?:mail)?\.com$|^smtp\.google\.com$/],
  ['microsoft', /\.(?:protection\.outlook|olc\.protection\.outlook|prod\.outlook|hotmail|live)\.com$/],
  ['yahoo', /\.yahoodns\.net$|\.mail\.[a-z0-9]{2,8}\.yahoo\.com$|^mailin[a-z0-9-]*\.mx\.aol\.com$/],
  ['yahoo-japan', /\.(?:yahoo\.co|yahoo\.ne|ybb\.ne)\.jp$/],
  ['docomo', /\.docomo\.ne\.jp$/],
  ['kddi', /\.(?:ezweb\.ne|auone-net)\.jp$|\.au\.com$/],
  ['softbank', /\.(?:softbank|vodafone|disney|ymobile|y-mobile)\.ne\.jp$|\.softbank\.jp$/],
  ['apple', /\.(?:icloud|me|mac|apple)\.com$/],
  ['cloudfilter', /\.cloudfilter\.net$|\.charter\.net$/],
  ['comcast', /\.comcast\.net$/],
  [
    'gmx',
    /\.(?:gmx|mail)\.(?:net|com)$|^mx\d*\.(?:gmx|mail|web)\.(?:net|com|de)$|^mx\d*\.(?:kundenserver\.de|ionos\.[a-z.]{2,6})$/,
  ],
  ['laposte', /\.laposte\.net$/],
  ['mail-ru', /\.mail\.ru$/],
  ['mimecast', /\.mimecast\.com$/],
  ['messagelabs', /\.messagelabs\.com$/],
  ['netease', /\.(?:163|126|netease)\.com$/],
  ['orange', /\.orange\.fr$/],
  ['sina', /\.sina(?:mail)?\.(?:com|cn|com\.cn)$/],
  ['tencent', /\.qq\.com$/],
  ['trend-micro', /\.in\.tm(?:e|em)s\.trendmicro\.(?:com|eu)$/],
  ['yandex', /\.yandex\.(?:ru|net|com)$/],
  ['zoho', /^smtpin\d*\.zoho\.com$|^mx\d*\.zoho\.com$/],
];

/** Marks that a provider leaves in its answers. */
const marks: readonly (readonly [Provider, RegExp])[] = [
  ['google', /\bgsmtp\b|email account that you tried to reach/],
  // Nobody else has details of three digits, names its components so, or closes with such codes.
  [
    'microsoft',
    /\.prod\.(?:protection\.)?outlook\.com\b|(?<![\d.])[45]\.\d\.[1-9]\d\d(?![\d.]*\d)|\b(?:resolver|storedrv)\.|\(a?s\d{3,}\)|\bas\(\d{3,}\)|\b(?:sc|dy|ou|rp)-00[1-4]\b/,
  ],
  ['yahoo', /\[(?:tss?|ph|bl|gl)\d\d\]/],
  ['apple', /\[(?:cs|hm)\d\d\]/],
  ['orange', /\bofr[_0-9]/],
  ['laposte', /\blpn\d{3}_/],
  ['cloudfilter', /\baup#/],
  ['gmx', /\bnemesis esmtp\b/],
];

const namedHost = /\bhost ([a-z0-9.-]{1,253})/;

/**
 * The provider behind an answer. A domain of its own decides, since the host may be a relay on the way that only passes the answer on; then
 * the host that gave it, and marks in its text.
 *
 * @param text - Lower case.
 */
export function providerOf(destination: string, remoteMta: string, text: string): Provider | undefined {
  const host = remoteMta.toLowerCase();
  const inText = namedHost.exec(text)?.[1] ?? '';
  return (
    byDomain(destination.slice(destination.lastIndexOf('@') + 1).toLowerCase()) ??
    hosts.find(([, names]) => names.test(host) || names.test(inText))?.[0] ??
    marks.find(([, mark]) => mark.test(text))?.[0]
  );
}

function byDomain(domain: string): Provider | undefined {
  const labels = domain.split('.');
  for (let i = 0; i < labels.length - 1; i++) {
    const provider = domains[labels.slice(i).join('.')];
    if (provider !== undefined) {
      return provider;
    }
  }
  return undefined;
}
