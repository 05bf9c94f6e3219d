import { caniemail } from 'caniemail';
import type { CheckedMail, Rule } from './checked-mail.ts';
import type { Issue } from './finding.ts';
import { placeOfMarkup } from './locate.ts';

/** The programs that most people read mail with and whose data are complete. */
const clients = ['apple-mail.*', 'gmail.*', 'outlook.*', 'yahoo.*'] as const;

/**
 * What programs cannot show, after caniemail.com. MJML itself uses much that some of them do not know and works around
 * it, so only what an empty mail does not have counts.
 *
 * @param emptyHtml - What MJML makes of a mail without content.
 */
export function cssRule(emptyHtml: string): Rule {
  const known = new Set(unsupportedIn(emptyHtml).keys());
  return ({ mail, sample, source }: CheckedMail): Issue[] => {
    if (sample !== 'sample') return [];
    return [...unsupportedIn(mail.html)]
      .filter(([title]) => !known.has(title))
      .map(([title, names]) => ({
        severity: 'info',
        rule: 'unsupported-css',
        ...placeOfFeature(source, title),
        message: `${title} is not supported by ${[...names].sort().join(', ')}`,
        remedy: 'see that the mail can be read without it',
      }));
  };
}

function unsupportedIn(html: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const { errors } = caniemail({ clients: [...clients], html }).issues;
  for (const [client, issues] of errors) {
    for (const { title } of issues) found.set(title, (found.get(title) ?? new Set()).add(client));
  }
  return found;
}

/** Titles are those of caniemail.com; most are the property itself. */
function placeOfFeature(
  source: CheckedMail['source'],
  title: string,
): Pick<Issue, 'file' | 'line' | 'column'> {
  const word = /^[@<]?[a-z][a-z-]*(?::[a-z-]+)?/.exec(title)?.[0];
  return word === undefined ? {} : placeOfMarkup(source, new RegExp(`${word}\\b`));
}
