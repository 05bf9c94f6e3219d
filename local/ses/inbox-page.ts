import { type InboxText, inboxText, type Language } from './inbox-text.ts';
import type { MailPage } from './mail-search.ts';
import type { StoredMail } from './mail-store.ts';
import type { MailView } from './mail-view.ts';
import { html, type Markup } from './markup.ts';

export const VIEWS = ['html', 'text', 'headers', 'source', 'attachments', 'events'] as const;

export type View = (typeof VIEWS)[number];

export interface ListQuery {
  readonly q: string;
  readonly to: string;
  readonly after: string | undefined;
}

/** The list of mails, newest first. */
export function listPage(page: MailPage, query: ListQuery, language: Language): Markup {
  const words = inboxText(language);
  const last = page.mails.at(-1);
  const older = last && page.hasMore ? { ...query, after: last.messageId } : undefined;
  return document(
    language,
    words.inbox,
    '/inbox?',
    html`<form role="search" action="/inbox">
<label>${words.search} <input type="search" name="q" value="${query.q}"></label>
<input type="hidden" name="lang" value="${language}">
<button>${words.find}</button>
</form>
<p>${words.found(page.total)}</p>
<table>
<thead><tr><th scope="col">${words.time}</th><th scope="col">${words.to}</th><th scope="col">${words.subject}</th><th scope="col">${words.outcome}</th></tr></thead>
<tbody>${page.mails.map((stored) => row(stored, words, language))}</tbody>
</table>
<nav aria-label="${words.pages}">
${query.after === undefined ? undefined : html`<a href="${listUrl({ ...query, after: undefined }, language)}">${words.newest}</a>`}
${older && html`<a rel="next" href="${listUrl(older, language)}">${words.older}</a>`}
</nav>`,
  );
}

/** One mail, seen in one of several ways. */
export function mailPage(
  stored: StoredMail,
  view: MailView | undefined,
  shown: View,
  language: Language,
): Markup {
  const words = inboxText(language);
  const url = `/inbox/${stored.messageId}`;
  return document(
    language,
    stored.subject || words.noSubject,
    `${url}?view=${shown}&`,
    html`<p><a href="/inbox?lang=${language}">← ${words.inbox}</a></p>
<dl>
<dt>${words.from}</dt><dd>${stored.from}</dd>
<dt>${words.to}</dt><dd>${stored.recipients.join(', ')}</dd>
<dt>${words.time}</dt><dd>${time(stored.acceptedAtMs)}</dd>
<dt>${words.outcome}</dt><dd>${badge(stored, words)}</dd>
<dt>${words.messageId}</dt><dd>${stored.messageId}</dd>
<dt>${words.configurationSet}</dt><dd>${stored.configurationSetName ?? '–'}</dd>
<dt>${words.tags}</dt><dd>${stored.tags.map(([name, value]) => `${name}=${value}`).join(', ') || '–'}</dd>
</dl>
<nav aria-label="${words.views}">${VIEWS.map((name) => tab(name, name === shown, url, words, language))}</nav>
${view === undefined ? html`<p>${words.summaryOnly}</p>` : content(stored, view, shown, url, words)}`,
  );
}

function tab(name: View, current: boolean, url: string, words: InboxText, language: Language): Markup {
  const label = words.view[name];
  return current
    ? html`<a aria-current="page" href="${url}?view=${name}&amp;lang=${language}">${label}</a> `
    : html`<a href="${url}?view=${name}&amp;lang=${language}">${label}</a> `;
}

function content(stored: StoredMail, view: MailView, shown: View, url: string, words: InboxText): Markup {
  switch (shown) {
    case 'html':
      return view.html === undefined
        ? html`<p>${words.noPart}</p>`
        : html`<iframe sandbox title="${words.view.html}" src="${url}/html"></iframe>`;
    case 'text':
      return view.text === undefined ? html`<p>${words.noPart}</p>` : html`<pre>${view.text}</pre>`;
    case 'headers':
      return html`<dl>${view.headers.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
    case 'source':
      return html`<p><a href="/inbox/messages/${stored.messageId}/raw">${words.download}</a></p>
<pre>${view.source.toString('utf8')}</pre>`;
    case 'attachments':
      return html`<ul>${view.attachments.map(
        ({ name, type, content }, i) =>
          html`<li><a href="${url}/attachments/${i}">${name}</a> ${type}, ${content.length} B</li>`,
      )}</ul>`;
    case 'events':
      return html`<table><tbody>${stored.events.map(
        ({ atMs, type, recipients, detail }) =>
          html`<tr><td>${time(atMs)}</td><th scope="row">${type}</th><td>${recipients.join(', ')}</td><td>${detail}</td></tr>`,
      )}</tbody></table>`;
  }
}

function row(stored: StoredMail, words: InboxText, language: Language): Markup {
  const subject = stored.subject || words.noSubject;
  return html`<tr>
<td>${time(stored.acceptedAtMs)}</td><td>${stored.recipients.join(', ')}</td>
<td><a href="/inbox/${stored.messageId}?lang=${language}">${subject}</a>${stored.hasAttachments ? html` <span title="${words.view.attachments}">📎</span>` : undefined}</td>
<td>${badge(stored, words)}</td>
</tr>`;
}

function badge({ outcome }: StoredMail, words: InboxText): Markup {
  return html`<span class="badge ${outcome}">${words.outcomes[outcome]}</span>`;
}

function time(epochMs: number): Markup {
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function listUrl({ q, to, after }: ListQuery, language: Language): string {
  const query = new URLSearchParams({ lang: language });
  if (q !== '') query.set('q', q);
  if (to !== '') query.set('to', to);
  if (after !== undefined) query.set('after', after);
  return `/inbox?${query}`;
}

function document(language: Language, title: string, here: string, body: Markup): Markup {
  const other = language === 'ja' ? 'en' : 'ja';
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Todoke</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${title}</h1><a lang="${other}" href="${here}lang=${other}">${other === 'ja' ? '日本語' : 'English'}</a></header>
<main>${body}</main>
</body>
</html>`;
}

const STYLE = html`
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
body { max-width: 72rem; margin: 0 auto; padding: 0 1rem 2rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
nav a { display: inline-block; padding: .25rem .6rem; }
nav a[aria-current] { font-weight: 700; border-bottom: 3px solid; text-decoration: none; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8884; padding: 1rem; }
iframe { width: 100%; height: 70vh; border: 1px solid #8884; background: #fff; }
input, button { font: inherit; padding: .25rem .5rem; }
.badge { border: 1px solid; border-radius: .5rem; padding: 0 .5rem; white-space: nowrap; }
.delivered { color: light-dark(#11632f, #7fd99b); }
.bounced, .rejected, .complained { color: light-dark(#a1161e, #ff9c9c); }
.delayed, .suppressed { color: light-dark(#7a4b00, #f3c36b); }
`;
