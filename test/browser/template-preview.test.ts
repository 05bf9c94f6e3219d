import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { loadMjml } from '../../cli/template/mjml-compiler.ts';
import { type Preview, startPreview } from '../../cli/template/preview/server.ts';
import { backgroundOf, colourOf, filterOf, focusedText, inChromium } from './chromium.ts';

const shipped = fileURLToPath(new URL('../../templates', import.meta.url));
const mjml = loadMjml();

inChromium('the template preview', (open) => {
  let directory: string;
  let preview: Preview;
  const faults: unknown[] = [];
  const file = (path: string) => join(directory, path);
  const edit = (path: string, from: string, to: string) => {
    const text = readFileSync(file(path), 'utf8');
    expect(text).toContain(from);
    writeFileSync(file(path), text.replace(from, to));
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'todoke-preview-'));
    for (const name of ['_shared', 'one-time-password', 'order-confirmation']) {
      cpSync(join(shipped, name), file(name), { recursive: true });
    }
    preview = await startPreview({ directory, mjml, port: 0, onFault: (fault) => faults.push(fault) });
  });
  afterAll(async () => {
    await preview.close();
    rmSync(directory, { recursive: true, force: true });
    expect(faults).toEqual([]);
  });

  const show = async (query: string) => {
    const opened = await open({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
    await opened.page.goto(`${preview.url}?${query}`);
    return { ...opened, mailIn: (locale: string) => mailIn(opened.page, locale) };
  };

  it('shows the mail in all languages, side by side, as their recipients see it', async () => {
    const { page, misdeeds, mailIn } = await show('template=one-time-password');
    await mailIn('ja').getByRole('heading', { name: '確認コード' }).waitFor();
    await mailIn('en').getByRole('heading', { name: 'Your sign-in code' }).waitFor();
    expect(await mailIn('ja').getByText('482913').isVisible()).toBe(true);
    const card = page.locator('article[data-locale=ja]');
    expect(await card.locator('.from').textContent()).toBe('あおば商店');
    expect(await card.locator('.subject').textContent()).toBe('ログイン用の確認コード');
    expect(await card.locator('.preheader').textContent()).toMatch(/^ログイン画面に確認コードを/);
    expect(await page.locator('nav [aria-current]').textContent()).toContain('one-time-password');
    expect(misdeeds).toEqual([]);
  });

  it('speaks the language of the browser, and the other one', async () => {
    const { page, misdeeds } = await open({ locale: 'ja-JP' });
    await page.goto(preview.url);
    await page.getByRole('heading', { name: 'テンプレートのプレビュー' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Template preview' }).waitFor();
    expect(misdeeds).toEqual([]);
  });

  it('is used with the keyboard alone', async () => {
    const { page, misdeeds, mailIn } = await show('template=one-time-password');
    await mailIn('en').getByText('482913').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(focusedText)).toBe('Skip to the mails');
    await page.getByRole('radio', { name: 'Phone 375' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('article[data-locale=en] iframe.width-640').waitFor();
    await page.getByRole('link', { name: 'order-confirmation' }).focus();
    await page.keyboard.press('Enter');
    await mailIn('en').getByText('A-10482').first().waitFor();
    expect(await page.evaluate(focusedText)).toContain('order-confirmation');
    await page.goBack();
    await mailIn('en').getByText('482913').waitFor();
    expect(misdeeds).toEqual([]);
  });

  it('is as wide as a phone or a desktop, which the mail notices', async () => {
    const { page, misdeeds, mailIn } = await show('template=order-confirmation&locale=en');
    const address = mailIn('en').getByRole('heading', { name: 'Ship to' });
    const payment = mailIn('en').getByRole('heading', { name: 'Payment' });
    await address.waitFor();
    const inner = () =>
      mailIn('en')
        .locator('html')
        .evaluate((root) => root.clientWidth);
    const stacked = async () => (await top(payment)) > (await top(address));
    expect([await inner(), await stacked()]).toEqual([375, true]);
    await page.getByRole('radio', { name: 'Desktop 640' }).check();
    await page.locator('iframe.width-640').waitFor();
    expect([await inner(), await stacked()]).toEqual([640, false]);
    expect(misdeeds).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'has its own colours and those of the mail apart, in a %s browser',
    async (colorScheme) => {
      const { page, misdeeds } = await open({ locale: 'en-US', colorScheme });
      await page.goto(`${preview.url}?template=one-time-password&locale=en`);
      const text = mailIn(page, 'en').getByText('Enter this code on the sign-in page:', { exact: true });
      await text.waitFor();
      expect(await text.evaluate(colourOf)).toBe('rgb(31, 42, 55)');
      await page.getByRole('radio', { name: 'Dark' }).check();
      await page.locator('iframe[src$="appearance=dark"]').waitFor();
      await text.waitFor();
      expect(await text.evaluate(colourOf)).toBe('rgb(232, 238, 236)');
      await page.getByRole('radio', { name: 'Inverted (simulation)' }).check();
      await page.locator('iframe[src$="appearance=inverted"]').waitFor();
      await text.waitFor();
      expect(await text.evaluate(colourOf)).toBe('rgb(31, 42, 55)');
      expect(await mailIn(page, 'en').locator('html').evaluate(filterOf)).toContain('invert');
      expect(await page.getByText('A simulation of a client').isVisible()).toBe(true);
      expect(await page.locator('body').evaluate(backgroundOf)).toBe(
        colorScheme === 'dark' ? 'rgb(17, 24, 28)' : 'rgb(245, 247, 246)',
      );
      expect(misdeeds).toEqual([]);
    },
  );

  it('follows a save within a second, by writing or by renaming', async () => {
    const { page, misdeeds, mailIn } = await show('template=one-time-password&locale=en');
    await mailIn('en').getByText('482913').waitFor();
    const took: number[] = [];
    for (const [from, to] of [
      ['title: Your sign-in code', 'title: Your brand-new code'],
      ['title: Your brand-new code', 'title: Your newest code'],
    ] as const) {
      const startedMs = performance.now();
      edit('one-time-password/en.yaml', from, to);
      await mailIn('en')
        .getByRole('heading', { name: to.slice('title: '.length) })
        .waitFor();
      took.push(Math.round(performance.now() - startedMs));
    }
    const startedMs = performance.now();
    edit('_shared/en.yaml', 'brand: Aoba Market', 'brand: Wakaba Market');
    await mailIn('en').getByText('Wakaba Market').first().waitFor();
    took.push(Math.round(performance.now() - startedMs));
    process.stdout.write(`a save is on the page after ${took.join(', ')} ms\n`);
    expect(await page.locator('#status').textContent()).toContain('Updated');
    expect(misdeeds).toEqual([]);
  });

  it('shows what is wrong, with its line, above the last version that compiled, until it is mended', async () => {
    const { page, misdeeds, mailIn } = await show('template=order-confirmation');
    await mailIn('ja').getByText('A-10482').first().waitFor();
    edit(
      'order-confirmation/template.mjml',
      '<mj-text>{{@t.lead}}</mj-text>',
      '<mj-text>{{@t.led}}</mj-text>',
    );
    const finding = page.locator('#findings li.error');
    await finding.waitFor();
    expect(await finding.count()).toBe(1);
    expect(await finding.textContent()).toContain('{{@t.led}} is no string of this locale');
    expect(await finding.locator('mark').textContent()).toMatch(/^12 .*\{\{@t\.led\}\}/);
    expect(await page.locator('nav [aria-current] .state').textContent()).toBe('1 error');
    expect(await page.locator('article.stale').count()).toBe(2);
    expect(await page.locator('article.stale iframe').first().evaluate(filterOf)).toContain('grayscale');
    expect(await mailIn('ja').getByText('A-10482').first().isVisible()).toBe(true);
    edit('order-confirmation/template.mjml', '{{@t.led}}', '{{@t.lead}}');
    await page.locator('article:not(.stale)').first().waitFor();
    expect(await finding.count()).toBe(0);
    expect(await page.locator('nav [aria-current] .state').textContent()).toBe('OK');
    expect(misdeeds).toEqual([]);
  });

  it('renders data that somebody types, names what is missing, and runs no script that is in it', async () => {
    const { page, misdeeds, mailIn } = await show('template=order-confirmation&locale=en');
    await mailIn('en').getByText('A-10482').first().waitFor();
    await page.getByRole('radio', { name: 'Your own' }).check();
    const box = page.getByLabel('Template data as JSON');
    const { order } = JSON.parse(await box.inputValue());
    expect(order.number).toBe('A-10482');
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
    await box.fill(JSON.stringify({ order: { ...order, giftMessage: hostile } }));
    await mailIn('en').getByText(hostile).waitFor();
    await page.getByRole('radio', { name: 'Text', exact: true }).check();
    await page.getByRole('region', { name: 'Text of the mail in English' }).getByText(hostile).waitFor();
    expect(page.url()).not.toContain('alert');
    await box.fill(JSON.stringify({ order: { ...order, number: undefined } }));
    await page.getByText('order.number is missing').waitFor();
    await box.fill('{"order": ');
    await page.getByText('This is not JSON').waitFor();
    expect(misdeeds).toEqual([]);
  });

  it('runs no script that is in a template', async () => {
    const text = readFileSync(file('one-time-password/template.mjml'), 'utf8');
    edit('one-time-password/template.mjml', '</mj-wrapper>', `</mj-wrapper>${intruder}`);
    const { misdeeds, mailIn } = await show('template=one-time-password&locale=en');
    await mailIn('en').getByText('an intruder').waitFor();
    writeFileSync(file('one-time-password/template.mjml'), text);
    // Chromium says what it has kept from running; nothing else may have happened.
    expect(misdeeds.length).toBeGreaterThan(0);
    expect(
      misdeeds.filter((each) => !/^console: .*(?:sandboxed|Content Security Policy)/.test(each)),
    ).toEqual([]);
  });
});

const intruder =
  '<mj-raw><script>top.alert("ran")</script><img alt="an intruder" src="data:," onerror="top.alert(1)"><p>an intruder</p></mj-raw>';

/** What is in the frame of a card. */
function mailIn(page: Page, locale: string) {
  return page.frameLocator(`article[data-locale=${locale}] iframe`);
}

async function top(locator: { boundingBox: () => Promise<{ y: number } | null> }): Promise<number> {
  return (await locator.boundingBox())?.y ?? Number.NaN;
}
