import { InputError } from '../../domain/errors.ts';
import type { ApiRequest, ApiResponse } from '../api.ts';
import { summaryJson, wholeJson } from './inbox-json.ts';
import { listPage, mailPage, VIEWS } from './inbox-page.ts';
import { download, json, mailHtml, notFound, page, raw } from './inbox-response.ts';
import { readSettingsChange } from './inbox-settings.ts';
import { languageOf } from './inbox-text.ts';
import { createMailSearch } from './mail-search.ts';
import type { StoredMail } from './mail-store.ts';
import { type MailView, selfContainedHtml, viewMail } from './mail-view.ts';
import type { Ses } from './ses.ts';

/** Answers requests under `/inbox`; undefined for any other path. */
export type InboxRoutes = (request: ApiRequest) => Promise<ApiResponse | undefined>;

const PAGE_MAILS = 50;
const MAX_LIMIT = 1000;

/**
 * The mailboxes of everybody this SES delivers to, for people as pages and for programs as JSON,
 * and the switches for faults and account settings.
 */
export function inboxRoutes(ses: Ses): InboxRoutes {
  const search = createMailSearch(ses.store, ses.place.region);

  const view = async ({ mail }: StoredMail) =>
    mail === undefined ? undefined : viewMail(mail, ses.place.region);

  const mailRoute = async (
    messageId: string | undefined,
    answer: (stored: StoredMail, view: MailView) => ApiResponse | undefined,
  ): Promise<ApiResponse> => {
    const stored = messageId === undefined ? undefined : ses.store.get(messageId);
    const seen = stored && (await view(stored));
    return (stored && seen && answer(stored, seen)) ?? notFound();
  };

  const listJson = async ({ query }: ApiRequest) => {
    const { total, mails } = await search({ ...searchOf(query), limit: limitOf(query) });
    return json({ total, messages: mails.map(summaryJson) });
  };

  const list = async ({ query, headers }: ApiRequest) => {
    const found = await search({ ...searchOf(query), limit: PAGE_MAILS });
    const shown = {
      q: query.get('q') ?? '',
      to: query.get('to') ?? '',
      after: query.get('after') ?? undefined,
    };
    return page(listPage(found, shown, languageOf(query.get('lang'), headers['accept-language'])));
  };

  const mail = async ({ query, headers }: ApiRequest, messageId = '') => {
    const stored = ses.store.get(messageId);
    if (stored === undefined) return notFound();
    const seen = await view(stored);
    const shown = VIEWS.find((name) => name === query.get('view')) ?? (seen && !seen.html ? 'text' : 'html');
    return page(mailPage(stored, seen, shown, languageOf(query.get('lang'), headers['accept-language'])));
  };

  const mailJson = async (messageId = '') => {
    const stored = ses.store.get(messageId);
    return stored === undefined ? notFound() : json(wholeJson(stored, await view(stored)));
  };

  const settings = () => json({ faults: ses.faults.settings(), account: ses.account.settings() });

  const changeSettings = ({ body }: ApiRequest) => {
    const { faults, account, identities = {}, recipients = {} } = readSettingsChange(body);
    if (faults === null) ses.faults.clear();
    else if (faults !== undefined) ses.faults.update(faults);
    if (account !== undefined) ses.account.update(account);
    for (const [name, change] of Object.entries(identities)) ses.setIdentity(name, change);
    for (const [domain, behaviour] of Object.entries(recipients)) ses.setRecipients(domain, behaviour);
    return settings();
  };

  const routes: ReadonlyArray<
    readonly [
      methodAndPath: RegExp,
      answer: (request: ApiRequest, first?: string, second?: string) => ApiResponse | Promise<ApiResponse>,
    ]
  > = [
    [/^GET \/inbox\/?$/, list],
    [/^GET \/inbox\/messages$/, listJson],
    [
      /^DELETE \/inbox\/messages$/,
      () => {
        ses.store.clearInbox();
        return { status: 204 };
      },
    ],
    [/^GET \/inbox\/messages\/([\w-]+)$/, (_, messageId) => mailJson(messageId)],
    [
      /^GET \/inbox\/messages\/([\w-]+)\/raw$/,
      (_, messageId) => mailRoute(messageId, (_mail, { source }) => raw(source)),
    ],
    [/^GET \/inbox\/faults$/, settings],
    [/^PUT \/inbox\/faults$/, changeSettings],
    [/^GET \/inbox\/([\w-]+)$/, mail],
    [
      /^GET \/inbox\/([\w-]+)\/html$/,
      (_, messageId) => mailRoute(messageId, (_mail, seen) => mailHtml(selfContainedHtml(seen))),
    ],
    [
      /^GET \/inbox\/([\w-]+)\/attachments\/(\d+)$/,
      (_, messageId, index) =>
        mailRoute(messageId, (_mail, { attachments }) => download(attachments[Number(index)])),
    ],
  ];

  return async (request) => {
    if (request.path !== '/inbox' && !request.path.startsWith('/inbox/')) return undefined;
    try {
      for (const [methodAndPath, answer] of routes) {
        const match = methodAndPath.exec(`${request.method} ${request.path}`);
        if (match !== null) return await answer(request, match[1], match[2]);
      }
      return notFound();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { code, field, message } = error;
      return json({ error: { code, field, message } }, 400);
    }
  };
}

function searchOf(query: URLSearchParams) {
  const [q, to, after] = [query.get('q'), query.get('to'), query.get('after')];
  return {
    ...(q === null ? {} : { q }),
    ...(to === null ? {} : { to }),
    ...(after === null ? {} : { after }),
  };
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? PAGE_MAILS);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InputError('invalid-limit', 'limit', `limit is not a whole number from 1 to ${MAX_LIMIT}`);
}
