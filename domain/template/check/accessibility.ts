import type { CheckedMail } from './checked-mail.ts';
import type { Issue } from './finding.ts';
import { placeOfMarkup, placeOfText, placesOfMarkup } from './locate.ts';
import type { PageElement } from './page.ts';

/** What screen readers and dark modes need: language, title, alternative texts, roles, colour schemes. */
export function accessibilityRule(checked: CheckedMail): Issue[] {
  return [
    ...documentIssues(checked),
    ...mjImageIssues(checked),
    ...checked.page.elements.flatMap((element) => elementIssues(element, checked)),
  ];
}

function documentIssues({ page, source, locale }: CheckedMail): Issue[] {
  const issues: Issue[] = [];
  const lang = page.elements.find(({ name }) => name === 'html')?.attributes.lang ?? '';
  const place = placeOfMarkup(source, /<mjml\b/);
  if (lang === '' || lang === 'und') {
    const message = 'the mail does not say which language it is in, so screen readers guess';
    issues.push({
      severity: 'warning',
      rule: 'missing-lang',
      ...place,
      message,
      remedy: 'write <mjml lang="{{@t.lang}}">',
    });
  } else if (primary(lang) !== primary(locale)) {
    const message = `the mail says that it is in ${lang}, and its locale is ${locale}`;
    issues.push({
      severity: 'warning',
      rule: 'wrong-lang',
      ...place,
      message,
      remedy: 'take lang from the strings of the locale',
    });
  }
  if (page.title === '') {
    const message = 'the mail has no title, which screen readers announce';
    issues.push({
      severity: 'warning',
      rule: 'missing-title',
      ...place,
      message,
      remedy: 'write <mj-title>{{@t.subject}}</mj-title> in <mj-head>',
    });
  }
  if (!page.elements.some(({ name, attributes }) => name === 'meta' && attributes.name === 'color-scheme')) {
    const message =
      'the mail does not say which colour schemes it is made for, so dark modes change its colours as they like';
    const remedy = 'put <meta name="color-scheme" content="light dark"> into an mj-raw in <mj-head>';
    issues.push({ severity: 'warning', rule: 'missing-color-scheme', ...place, message, remedy });
  }
  return issues;
}

const missingAlt = {
  severity: 'error',
  rule: 'missing-alt',
  message: 'an image has no alternative text, and many programs show no images',
  remedy: 'write alt="…", or alt="" where it is mere decoration',
} as const;

/** MJML writes an empty text for images that have none, which tells screen readers to pass over them: so the source decides. */
function mjImageIssues({ source }: CheckedMail): Issue[] {
  const withAlt = (tag: string): boolean => /\salt\s*=/.test(tag);
  // What mj-attributes say holds for all images.
  const defaults = /<mj-attributes>[\s\S]*?<\/mj-attributes>/;
  if (placesOfMarkup(source, defaults, withAlt).length > 0) return [];
  const image = /<mj-(?:carousel-)?image\b(?:[^>"']|"[^"]*"|'[^']*')*>/;
  return placesOfMarkup(source, image, (tag) => !withAlt(tag)).map((place) => ({ ...missingAlt, ...place }));
}

function elementIssues(element: PageElement, { source, locale }: CheckedMail): Issue[] {
  const { name, attributes, hidden } = element;
  if (name === 'img' && attributes.alt === undefined && !isPixel(attributes)) {
    const place = placeOfText(source, locale, attributes.src ?? '');
    return [
      {
        ...missingAlt,
        ...(place.file === undefined ? placeOfMarkup(source, /<img\b(?![^>]*\balt=)/) : place),
      },
    ];
  }
  if (name === 'a' && attributes.href !== undefined && !hidden && element.text.trim() === '') {
    const place = placeOfText(source, locale, attributes.href);
    const message = 'a link has no text, so nobody knows where it leads when images are off';
    return [
      {
        severity: 'warning',
        rule: 'empty-link-text',
        ...place,
        message,
        remedy: 'give the image in it an alt text',
      },
    ];
  }
  if (name === 'table' && attributes.role === undefined && !element.holds.has('th') && !hidden) {
    const message = 'a table without header cells is read out as data, column by column';
    const remedy = 'write role="presentation" where it is for layout, <th> where it is data';
    return [
      {
        severity: 'warning',
        rule: 'table-role',
        ...placeOfMarkup(source, /<mj-table\b(?![^>]*\brole=)|<table\b(?![^>]*\brole=)/),
        message,
        remedy,
      },
    ];
  }
  return [];
}

function isPixel({ width, height }: Readonly<Record<string, string>>): boolean {
  return width === '1' && height === '1';
}

function primary(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}
