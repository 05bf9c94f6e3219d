import type { ApiRequest, ApiResponse } from '../api.ts';
import type { ConfigurationSets } from './configuration-sets.ts';
import { clickEvent, type Follower, type MailEvent, openEvent } from './events.ts';
import type { AcceptedMail, OutgoingMail, SimpleContent } from './mail.ts';
import type { MailStore } from './mail-store.ts';

/** SES rewrites no more links of a mail. */
const mostLinks = 250;

const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Where the links and the pixel of a mail lead. */
interface TrackingOptions {
  /** Without a slash at its end; without it links stay as they are. */
  readonly url: string | undefined;
  readonly store: MailStore;
  readonly configurationSets: ConfigurationSets;
  readonly happen: (mail: AcceptedMail, event: MailEvent) => void;
  readonly nowMs: () => number;
}

/** Somebody opened a mail, or followed a link of it. */
export interface Engagement {
  readonly type: 'open' | 'click';
  /** Where the link led before SES changed it. */
  readonly link?: string;
  /** Epoch milliseconds; now, unless a test says otherwise. */
  readonly atMs?: number;
  readonly by?: Partial<Follower>;
}

/** Opens and clicks as SES has them: in mail of a configuration set that reports them, unless the mail says otherwise. */
export function createEngagement({ url, store, configurationSets, happen, nowMs }: TrackingOptions) {
  function isTracked(mail: OutgoingMail, type: 'OPEN' | 'CLICK'): boolean {
    const wanted = mail.tracking?.[type];
    if (mail.configurationSetName === undefined || wanted !== undefined) {
      return wanted ?? false;
    }
    const { destinations } = configurationSets.get(mail.configurationSetName);
    return destinations.some(
      ({ enabled, matchingEventTypes }) => enabled && matchingEventTypes.includes(type),
    );
  }

  /** The HTML as it is delivered. The text and mail of raw content are left alone: only the HTML of simple content passes through here. */
  function instrumented(mail: AcceptedMail): AcceptedMail {
    const { content, messageId } = mail;
    if (content.kind !== 'simple' || content.html === undefined) {
      return mail;
    }
    const linked = withLinks(content.html, messageId, url !== undefined && isTracked(mail, 'CLICK'));
    const html = url !== undefined && isTracked(mail, 'OPEN') ? withPixel(linked, messageId) : linked;
    return html === content.html ? mail : { ...mail, content: { ...content, html } satisfies SimpleContent };
  }

  function withLinks(html: string, messageId: string, rewrites: boolean): string {
    let links = 0;
    return html.replace(/<a\s[^>]*>/gi, (tag) => {
      if (/\sses:no-track(?=[\s=>/])/i.test(tag)) {
        return tag.replace(/\sses:no-track(?:=(?:"[^"]*"|'[^']*'))?/i, '');
      }
      return tag.replace(/(\shref=")(https?:[^"]*)"/i, (whole, before: string, link: string) =>
        rewrites && links++ < mostLinks
          ? `${before}${url}/L0/${encodeURIComponent(unescaped(link))}/1/${messageId}"`
          : whole,
      );
    });
  }

  function withPixel(html: string, messageId: string): string {
    const image = `<img alt="" src="${url}/I0/${messageId}" style="display: none; width: 1px; height: 1px;">`;
    const end = html.toLowerCase().lastIndexOf('</body>');
    return end < 0 ? html + image : html.slice(0, end) + image + html.slice(end);
  }

  /** @returns false where SES would not notice */
  function engage(messageId: string, { type, link = '', atMs = nowMs(), by = {} }: Engagement): boolean {
    const mail = store.get(messageId)?.mail;
    if (mail === undefined || !isTracked(mail, type === 'open' ? 'OPEN' : 'CLICK')) {
      return false;
    }
    const follower = { ipAddress: '192.0.2.80', userAgent: 'Mozilla/5.0', ...by };
    happen(mail, type === 'open' ? openEvent(mail, follower, atMs) : clickEvent(mail, link, follower, atMs));
    return true;
  }

  /** Answers `/track/L0/…` and `/track/I0/…`; undefined for any other path. */
  async function answer({ method, path, headers }: ApiRequest): Promise<ApiResponse | undefined> {
    const by = { userAgent: headers['user-agent'] ?? '' };
    const [, openedId] = /^\/track\/I0\/([\w-]+)$/.exec(path) ?? [];
    if (openedId !== undefined && method === 'GET') {
      engage(openedId, { type: 'open', by });
      return {
        status: 200,
        headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' },
        body: pixel,
      };
    }
    const [, encoded, followedId] = /^\/track\/L0\/([^/]+)\/1\/([\w-]+)$/.exec(path) ?? [];
    if (encoded === undefined || followedId === undefined || method !== 'GET') {
      return undefined;
    }
    const link = decodeURIComponent(encoded);
    // Not a door for whatever somebody writes into the path: only mails have such links.
    return engage(followedId, { type: 'click', link, by })
      ? { status: 302, headers: { location: link, 'cache-control': 'no-store' } }
      : undefined;
  }

  return { instrumented, engage, answer };
}

/** Of an attribute. */
function unescaped(value: string): string {
  return value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
