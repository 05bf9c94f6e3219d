import type { MailSample } from './facts.ts';

/** Links of mails, each with the template where it stands; the unsubscribe endpoint is looked at by a check of its own. */
export function linksOf(mails: readonly MailSample[]): Map<string, string> {
  const links = new Map<string, string>();
  for (const mail of mails) {
    for (const [, url = ''] of mail.html.matchAll(/\shref="(https?:\/\/[^"]+)"/g)) {
      if (!/\/u\/[^/]+$/.test(url)) {
        links.set(url.replaceAll('&amp;', '&'), mail.template);
      }
    }
  }
  return links;
}
