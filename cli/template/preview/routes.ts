import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { sendError, sendJson, sendMailHtml, sendPageFile } from './answer.ts';
import { asSeen } from './appearance.ts';
import { draftJson } from './draft-json.ts';
import { type KeptMails, keepMails } from './kept-mails.ts';
import { previewMail } from './mail.ts';
import { appearanceOf, type MailRequest, readMailRequest } from './request.ts';
import type { Workspace } from './workspace.ts';

const pageFiles: ReadonlySet<string> = new Set([
  'index.html',
  'preview.css',
  'main.js',
  'choices.js',
  'element.js',
  'findings.js',
  'mails.js',
  'own-data.js',
  'template-list.js',
  'toolbar.js',
  'words.js',
]);
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
};

/** Every open page shows a few mails, each with one HTML however it is looked at. */
const keptMails = 200;

/**
 * Answers the page: its own files, the templates, a mail of one of them, and what has changed.
 *
 * @param listen - Takes over the answer to a page that wants to hear of changes.
 * @param onShown - Hears which template somebody looks at.
 */
export function previewRoutes(
  workspace: Workspace,
  listen: (response: ServerResponse) => void,
  onShown: (name: string) => void,
) {
  const mails = keepMails(keptMails);

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = `${request.method} ${pathname}`;
    const file = route === 'GET /' ? 'index.html' : /^GET \/page\/([\w.-]+)$/.exec(route)?.[1];
    const html = mails.get(/^GET \/mails\/([0-9a-f]{32})$/.exec(route)?.[1] ?? '');
    if (file !== undefined && pageFiles.has(file)) {
      const body = await readFile(new URL(`page/${file}`, import.meta.url), 'utf8');
      sendPageFile(response, types[extname(file)] ?? 'text/plain', body);
    } else if (route === 'GET /templates') sendJson(response, workspace.drafts().map(draftJson));
    else if (route === 'GET /changes') listen(response);
    else if (route === 'POST /mails') {
      const wanted = await readMailRequest(request);
      onShown(wanted.template);
      answerMail(response, wanted, workspace, mails);
    } else if (html !== undefined)
      sendMailHtml(response, asSeen(html, appearanceOf(searchParams.get('appearance'))));
    else sendError(response, 404, 'not-found', 'the preview has nothing at this path');
  };
}

function answerMail(
  response: ServerResponse,
  { template: name, locale, data, recipientName }: MailRequest,
  workspace: Workspace,
  mails: KeptMails,
): void {
  const draft = workspace.draft(name);
  if (!draft?.template || !Object.hasOwn(draft.template.locales, locale)) {
    sendError(response, 404, 'not-compiled', 'there is no such template and locale that compiles');
    return;
  }
  const sample = typeof data === 'string' ? draft.samples[data] : { data };
  const previewed = sample.problem
    ? { problems: [sample.problem] }
    : previewMail(draft.template, locale, sample.data, recipientName);
  if (previewed.problems) {
    const problems = previewed.problems.map(({ code, field, message }) => ({ code, field, message }));
    sendJson(response, { problems });
    return;
  }
  const { html, ...mail } = previewed.mail;
  sendJson(response, { mail: { ...mail, id: mails.keep(html) } });
}
