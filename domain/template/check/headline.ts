import type { CheckedMail } from './checked-mail.ts';
import { displayWidth } from './display-width.ts';
import type { Issue } from './finding.ts';
import { placeOfKey, placeOfMarkup } from './locate.ts';

/** Columns that inboxes on a desktop show of a subject; phones show half. */
const subjectColumns = 78;
const preheaderColumns = { least: 30, most: 110 };

/** What an inbox shows of a mail: its subject and its preheader, with usual data. */
export function headlineRule(checked: CheckedMail): Issue[] {
  if (checked.sample !== 'sample') return [];
  return [...subjectIssues(checked), ...preheaderIssues(checked)];
}

function subjectIssues({ mail, source, locale }: CheckedMail): Issue[] {
  const width = displayWidth(mail.subject);
  if (width <= subjectColumns) return [];
  return [
    {
      severity: 'warning',
      rule: 'subject-length',
      ...placeOfKey(source, locale, 'subject'),
      message: `the subject takes ${width} columns, of which inboxes show ${subjectColumns} (a Japanese character takes two)`,
      remedy: 'say the point first, and shorten it',
    },
  ];
}

function preheaderIssues({ page, source, locale }: CheckedMail): Issue[] {
  const width = displayWidth(page.preheader);
  const { least, most } = preheaderColumns;
  if (width >= least && width <= most) return [];
  if (width === 0) {
    const message = 'the mail has no preheader, so inboxes show its first words behind the subject';
    const remedy = 'write <mj-preview>{{@t.preheader}}</mj-preview> in <mj-head>';
    return [
      {
        severity: 'warning',
        rule: 'missing-preheader',
        ...placeOfMarkup(source, /<mj-head\b|<mjml\b/),
        message,
        remedy,
      },
    ];
  }
  return [
    {
      severity: 'warning',
      rule: 'preheader-length',
      ...placeOfKey(source, locale, 'preheader'),
      message: `the preheader takes ${width} columns (a Japanese character takes two)`,
      remedy: `${least} to ${most} are what inboxes show, and less lets the first words of the mail in`,
    },
  ];
}
