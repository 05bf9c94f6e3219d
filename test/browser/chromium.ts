import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page and everything about it that a page of ours never does. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, dialogs, and requests that leave this machine. */
  readonly misdeeds: readonly string[];
}

/** Opens pages in real Chromium; all of them are closed at the end of a test. */
export type OpenPage = (options?: BrowserContextOptions) => Promise<WatchedPage>;

/**
 * Tests that need a browser: Chromium at `CHROMIUM_PATH`, else at `/usr/bin/chromium`. Without one they say that they
 * did not run, and in CI they fail.
 */
export function inChromium(name: string, tests: (open: OpenPage) => void): void {
  if (!existsSync(executablePath)) {
    const missing = `NOT RUN: ${name}: there is no Chromium at ${executablePath}; CHROMIUM_PATH names another`;
    if (process.env.CI === 'true') {
      it(name, () => {
        throw new Error(missing);
      });
      return;
    }
    process.stderr.write(`\n${missing}\n\n`);
    describe.skip(`${name} (NOT RUN: no Chromium)`, () => tests(notOpened));
    return;
  }
  describe(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: [...args] });
    });
    afterAll(async () => {
      await browser.close();
    });
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close();
    });
    tests(async (options) => watched(await browser.newPage(options)));
  });
}

/** What pages offer and Node, whose types the tests have, does not. */
declare const getComputedStyle: (
  element: unknown,
) => Readonly<Record<'color' | 'backgroundColor' | 'filter', string>>;
declare const document: { readonly activeElement: { readonly textContent: string } | null };

/** Run in the page: a computed colour or filter of an element. */
export const colourOf = (element: unknown): string => getComputedStyle(element).color;
export const backgroundOf = (element: unknown): string => getComputedStyle(element).backgroundColor;
export const filterOf = (element: unknown): string => getComputedStyle(element).filter;

/** Run in the page: the text of what has the keyboard. */
export const focusedText = (): string => document.activeElement?.textContent ?? '';

async function notOpened(): Promise<never> {
  throw new Error('there is no browser');
}

async function watched(page: Page): Promise<WatchedPage> {
  const misdeeds: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) misdeeds.push(`console: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => misdeeds.push(`exception: ${message}`));
  page.on('dialog', async (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.route(
    (url) => /^https?:$/.test(url.protocol) && !isOfThisMachine(url.hostname),
    async (route) => {
      misdeeds.push(`request: ${route.request().url()}`);
      await route.abort();
    },
  );
  return { page, misdeeds };
}

/** `localhost` and what is below it are loopback by RFC 6761 §6.3. */
function isOfThisMachine(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host.endsWith('.localhost');
}
