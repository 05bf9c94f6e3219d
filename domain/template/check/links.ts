import { linkShorteners } from '../../link-shorteners.ts';
import { type CheckedMail, sampleUnsubscribeUrl, stringsIn } from './checked-mail.ts';
import type { Issue } from './finding.ts';
import { placeOfMarkup, placeOfText } from './locate.ts';
import { styleOf } from './page.ts';

interface Link {
  readonly url: string;
  /** `href` of `<a>`. */
  readonly where: string;
  readonly kind: 'link' | 'resource';
}

/** Where links and images of a mail point to. */
export function linksRule(checked: CheckedMail): Issue[] {
  const provided = [...stringsIn(checked.data).filter((text) => URL.canParse(text)), sampleUnsubscribeUrl];
  return linksOf(checked).flatMap((link) => {
    const fromData = link.url !== '' && provided.some((url) => link.url.startsWith(url));
    return faultsOf(link, checked, fromData).map((fault) => ({ ...placeOfLink(link, checked), ...fault }));
  });
}

function linksOf({ page }: CheckedMail): Link[] {
  const found = new Map<string, Link>();
  const add = (url: string | undefined, where: string, kind: Link['kind']): void => {
    if (url !== undefined) found.set(`${where} ${url}`, { url: url.trim(), where, kind });
  };
  for (const { name, attributes } of page.elements) {
    if (name === 'a' || name === 'area') add(attributes.href, `href of <${name}>`, 'link');
    if (name === 'form') add(attributes.action, 'action of <form>', 'link');
    if (name === 'link') add(attributes.href, 'href of <link>', 'resource');
    if (name !== 'a' && name !== 'link') add(attributes.src, `src of <${name}>`, 'resource');
    add(attributes.background, `background of <${name}>`, 'resource');
    for (const [property, value] of styleOf(attributes.style ?? '')) {
      for (const url of value.matchAll(/url\(\s*['"]?([^'")]*)['"]?\s*\)/gi)) {
        add(url[1], `${property} of <${name}>`, 'resource');
      }
    }
  }
  return [...found.values()];
}

function faultsOf({ url, where, kind }: Link, { source }: CheckedMail, fromData: boolean): Issue[] {
  if (url === '' || url === '#' || /^javascript:(?:void|;|$)/i.test(url)) {
    return [
      issue(
        'error',
        'empty-link',
        `the ${where} is ${url === '' ? 'empty' : `"${url}"`}`,
        'write the address, or leave the link out',
      ),
    ];
  }
  if (url.startsWith('#')) return [];
  const parsed = URL.parse(url);
  if (parsed === null) {
    return [
      issue(
        'error',
        'relative-url',
        `the ${where} is not an absolute URL`,
        'a mail has no address of its own; write https://…',
      ),
    ];
  }
  if (parsed.protocol === 'mailto:' || parsed.protocol === 'tel:') {
    return kind === 'link'
      ? []
      : [issue('error', 'insecure-url', `the ${where} cannot be a ${parsed.protocol} URL`, 'use https')];
  }
  const issues: Issue[] = [];
  if (parsed.protocol !== 'https:') {
    issues.push(issue('error', 'insecure-url', `the ${where} is a ${parsed.protocol} URL`, 'use https'));
  }
  if (parsed.username !== '' || parsed.password !== '' || (!fromData && holdsSecret(parsed))) {
    issues.push(
      issue(
        'error',
        'credentials',
        `the ${where} holds credentials, which every recipient would get`,
        'take them out, and change them',
      ),
    );
  }
  if (!fromData && /^https?:$/.test(parsed.protocol))
    issues.push(...hostFaults(parsed.hostname, where, source.hosts));
  return issues;
}

function hostFaults(host: string, where: string, allowed: readonly string[] | undefined): Issue[] {
  if (/^[\d.]+$|^\[/.test(host)) {
    return [
      issue(
        'warning',
        'ip-host',
        `the ${where} points to an IP address, as phishing does`,
        'use the name of the host',
      ),
    ];
  }
  if (linkShorteners.has(host)) {
    return [
      issue(
        'warning',
        'link-shortener',
        `the ${where} hides its target behind ${host}, for which filters charge`,
        'link to the page itself',
      ),
    ];
  }
  if (allowed === undefined || allowed.some((pattern) => isAllowed(host, pattern))) return [];
  const remedy =
    where === 'href of <link>'
      ? 'MJML loads Roboto, Ubuntu and others from Google: name other fonts in <mj-all font-family="…">, or list the host'
      : 'list it in _shared/hosts.yaml, or host it yourself';
  return [
    issue('warning', 'foreign-host', `the ${where} points to ${host}, which is no host of yours`, remedy),
  ];
}

function isAllowed(host: string, pattern: string): boolean {
  return pattern.startsWith('*.')
    ? host.endsWith(pattern.slice(1)) || host === pattern.slice(2)
    : host === pattern;
}

/** A parameter that is a secret by its name, with a value that the template itself writes. */
function holdsSecret({ searchParams }: URL): boolean {
  return [...searchParams].some(
    ([name, value]) =>
      /^(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token|client[_-]?secret)$/i.test(name) &&
      value !== '',
  );
}

function placeOfLink(
  { url }: Link,
  { source, locale }: CheckedMail,
): Pick<Issue, 'file' | 'line' | 'column'> {
  if (url === '' || url === '#')
    return placeOfMarkup(source, new RegExp(`(?:href|src|action)=["']\\s*${url}\\s*["']`));
  // Holes may stand behind the host, so the beginning of the URL is what the source has too.
  const start = /^[a-z]+:\/\/[^/?#]+/i.exec(url)?.[0];
  const exact = placeOfText(source, locale, url);
  return exact.file !== undefined || start === undefined ? exact : placeOfText(source, locale, start);
}

function issue(severity: Issue['severity'], rule: string, message: string, remedy: string): Issue {
  return { severity, rule, message, remedy };
}
