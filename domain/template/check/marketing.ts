import { type CheckedMail, sampleUnsubscribeUrl } from './checked-mail.ts';
import type { Issue } from './finding.ts';
import { placeOfMarkup } from './locate.ts';

/**
 * What the law wants to see in advertising: 特定電子メール法 §4 (who sends, how to stop it, postal address, where to
 * complain) and CAN-SPAM, 15 U.S.C. §7704(a)(5). They are strings under `sender` of the locale.
 */
const duties = [
  { rule: 'legal-name', what: "the sender's legal name", keys: ['sender.legalName'] },
  { rule: 'postal-address', what: "the sender's postal address", keys: ['sender.postalAddress'] },
  {
    rule: 'contact',
    what: 'where to send questions and complaints',
    keys: ['sender.contactAddress', 'sender.contactUrl', 'sender.telephone'],
  },
] as const;

/** Everything that only marketing mail must have. */
export function marketingRule(checked: CheckedMail): Issue[] {
  if (checked.template.category !== 'marketing') return [];
  return [...unsubscribeIssues(checked), ...duties.flatMap((duty) => dutyIssues(duty, checked))];
}

function unsubscribeIssues({ page, mail, source }: CheckedMail): Issue[] {
  const issues: Issue[] = [];
  const linked = page.elements.some(
    ({ name, attributes, text, hidden }) =>
      name === 'a' && attributes.href === sampleUnsubscribeUrl && !hidden && text.trim() !== '',
  );
  if (!linked) {
    issues.push({
      severity: 'error',
      rule: 'unsubscribe-link',
      ...placeOfMarkup(source, /\{\{\s*unsubscribeUrl\s*\}\}/),
      message: 'the HTML has no link that unsubscribes and can be seen',
      remedy: 'write <a href="{{unsubscribeUrl}}">…</a>',
    });
  }
  if (!mail.text.includes(sampleUnsubscribeUrl)) {
    issues.push({
      severity: 'error',
      rule: 'unsubscribe-link',
      message: 'the text part does not show the unsubscribe link',
      remedy: 'write {{unsubscribeUrl}} into the string "text", or leave that string out',
    });
  }
  return issues;
}

function dutyIssues({ rule, what, keys }: (typeof duties)[number], checked: CheckedMail): Issue[] {
  const { source, locale, mail, page } = checked;
  const body = page.elements.find(({ name }) => name === 'body');
  const links = page.elements.map(({ attributes }) => attributes.href ?? '').join('\n');
  const strings = { ...source.sharedMessages[locale], ...source.messages[locale] };
  const values = keys.map((key) => strings[key] ?? '').filter((value) => value.trim() !== '');
  const remedy = `write {{@t.${keys[0]}}} into the footer, and the string into _shared/${locale}.yaml`;
  if (values.length === 0) {
    return [
      {
        severity: 'error',
        rule,
        message: `the mail does not say ${what}: no string ${keys.join(', ')}`,
        remedy,
      },
    ];
  }
  const shows = (part: string): boolean => values.some((value) => plain(part).includes(plain(value)));
  const missing = [
    ...(shows(`${body?.text}\n${links}`) ? [] : ['HTML']),
    ...(shows(mail.text) ? [] : ['text part']),
  ];
  return missing.map((part) => ({
    severity: 'error',
    rule,
    message: `the ${part} does not say ${what}`,
    remedy,
  }));
}

function plain(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase();
}
