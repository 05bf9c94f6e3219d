import { promises } from 'node:dns';
import { types } from 'node:util';
import type { MailRecords } from '../domain/verdict/authentication.ts';

/** What receivers look up of a sender. @returns undefined where the DNS did not answer */
export type ReadMailRecords = (
  mailDomain: string,
  mailFromDomain: string | undefined,
) => Promise<MailRecords | undefined>;

/** Of these the name has no such record; whatever else goes wrong says nothing about it. */
const absent: readonly string[] = ['ENOTFOUND', 'ENODATA'];

/** @param server - `127.0.0.1:5353` in place of the usual ones; `none`: nobody is asked, and nothing is known. */
export function mailRecords(server: string | undefined): ReadMailRecords {
  if (server === 'none') {
    return async () => undefined;
  }
  const resolver = new promises.Resolver({ timeout: 2_000, tries: 2 });
  if (server !== undefined) {
    resolver.setServers([server]);
  }

  /** The record that begins so; empty where there is none. */
  async function record(name: string, beginning: RegExp): Promise<string> {
    try {
      const records = (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
      return records.find((text) => beginning.test(text)) ?? '';
    } catch (error) {
      if (types.isNativeError(error) && 'code' in error && absent.includes(String(error.code))) {
        return '';
      }
      throw error;
    }
  }

  /** Of the domain, else of the nearest one above it, as the tree walk of RFC 9989 goes. */
  async function dmarc(mailDomain: string): Promise<string> {
    const labels = mailDomain.split('.');
    for (let i = 0; i < labels.length - 1; i++) {
      const found = await record(`_dmarc.${labels.slice(i).join('.')}`, /^v=DMARC1\b/i);
      if (found !== '') {
        return found;
      }
    }
    return '';
  }

  const spf = (name: string) => record(name, /^v=spf1\b/i);
  return async (mailDomain, mailFromDomain) => {
    try {
      return {
        spf: await spf(mailDomain),
        dmarc: await dmarc(mailDomain),
        ...(mailFromDomain === undefined ? {} : { mailFromSpf: await spf(mailFromDomain) }),
      };
    } catch (error) {
      if (types.isNativeError(error) && 'code' in error) {
        return undefined;
      }
      throw error;
    }
  };
}
