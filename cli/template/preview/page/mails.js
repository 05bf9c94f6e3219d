import { element } from './element.js';
import { localeName } from './words.js';

/**
 * One card for the mail in one locale, which keeps its frame while what it shows stays the same.
 *
 * @param locale - BCP 47 tag
 */
export function mailCard(locale) {
  const root = element('article', { 'data-locale': locale });
  const frame = element('iframe', { sandbox: true });

  const show = ({ answer, draft, choices, words, language }) => {
    const name = localeName(locale, language);
    root.setAttribute('aria-label', words.mail(name));
    root.classList.toggle('stale', draft.stale);
    const head = element(
      'p',
      { class: 'card-head' },
      element('strong', {}, name),
      draft.stale ? element('span', { class: 'badge' }, words.stale) : undefined,
    );
    if (answer.mail === undefined) {
      root.replaceChildren(head, problems(answer.problems, words));
      return;
    }
    const { mail } = answer;
    const body = choices.part === 'text' ? textPart(mail, words.textPart(name), locale) : frame;
    const rest = [head, inboxLine(mail, words, locale), size(mail, words)];
    // A frame that is taken out and put back loads again.
    if (body === frame && frame.parentNode === root) {
      while (root.firstChild !== frame) root.firstChild.remove();
      frame.before(...rest);
    } else root.replaceChildren(...rest, body);
    body.className = `mail-body width-${choices.width}`;
    frame.title = words.frame(name);
    const source = `/mails/${mail.id}?appearance=${choices.appearance}`;
    if (body === frame && frame.getAttribute('src') !== source) frame.setAttribute('src', source);
  };

  return { root, show };
}

function problems(found, words) {
  return element(
    'div',
    { class: 'not-rendered', role: 'alert' },
    element('p', {}, words.notRendered),
    element(
      'ul',
      { class: 'not-rendered-list', lang: 'en' },
      ...found.map(({ message }) => element('li', {}, message)),
    ),
  );
}

/** The mail as one line of an inbox. */
function inboxLine({ fromName, fromAddress, subject, inboxLine: line, hasPreheader }, words, locale) {
  const [initial = ''] = fromName;
  return element(
    'div',
    { class: 'inbox-line', lang: locale },
    element('span', { class: 'initial', 'aria-hidden': 'true' }, initial),
    element('strong', { class: 'from' }, fromName),
    element('span', { class: 'address' }, fromAddress),
    element('span', { class: 'subject' }, subject),
    element('span', { class: 'preheader' }, line),
    hasPreheader ? undefined : element('span', { class: 'badge' }, words.noPreheader),
  );
}

function size({ htmlBytes, clippedBytes }, words) {
  const kilobytes = (htmlBytes / 1000).toFixed(1);
  return element(
    'p',
    { class: 'size' },
    element('meter', {
      min: '0',
      max: String(clippedBytes),
      // A little more text would reach the limit.
      low: String(clippedBytes * 0.8),
      high: String(clippedBytes - 1),
      optimum: '0',
      value: String(htmlBytes),
      'aria-label': words.size,
    }),
    ' ',
    words.sizeOf(kilobytes, clippedBytes / 1000),
  );
}

function textPart({ text }, label, locale) {
  return element('pre', { lang: locale, tabindex: '0', 'aria-label': label, role: 'region' }, text);
}
