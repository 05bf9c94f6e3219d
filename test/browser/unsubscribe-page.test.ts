import { oneClickUrl } from '../../local/one-click.ts';
import { announcement, type RunningPipeline, runPipeline } from '../journeys/running-pipeline.ts';
import { inChromium } from './chromium.ts';

const languages = [
  {
    locale: 'ja-JP',
    ask: 'メールの配信停止',
    stop: 'このメールを停止する',
    done: '配信を停止しました',
    undo: '停止を取り消す',
    undone: '配信を再開しました',
  },
  {
    locale: 'en-US',
    ask: 'Unsubscribe',
    stop: 'Stop this mail',
    done: 'You are unsubscribed',
    undo: 'Undo',
    undone: 'You are subscribed again',
  },
];

/** The certificate is of an authority that only this pipeline knows; that it verifies is tested elsewhere. */
const trusting = { ignoreHTTPSErrors: true };

inChromium('the unsubscribe page', (open) => {
  let pipeline: RunningPipeline;
  beforeAll(async () => {
    pipeline = await runPipeline();
  });
  afterAll(() => pipeline.close());

  /** Publishes one more mail of the topic; true when it was sent. */
  const isSent = async (id: string, time: string) => {
    const before = pipeline.mailTo(`${id}@example.com`).length;
    await pipeline.publish(announcement(`${id}-${time}`, { recipient: { address: `${id}@example.com` } }));
    await pipeline.idle(90_000);
    return pipeline.mailTo(`${id}@example.com`).length > before;
  };
  /** The link in the first mail to somebody. */
  const linkOf = async (id: string) => {
    await isSent(id, 'first');
    const [messageId = ''] = pipeline.mailTo(`${id}@example.com`);
    return await oneClickUrl(await pipeline.raw(messageId));
  };

  it.each(languages)(
    'changes nothing by being opened, stops mail with a button, and undoes it: $locale',
    async ({ locale, ask, stop, done, undo, undone }) => {
      const id = locale.toLowerCase();
      const url = await linkOf(id);
      const { page, misdeeds } = await open({ ...trusting, locale });
      await page.goto(url);
      await page.getByRole('heading', { name: ask }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
      expect(await page.locator('main').textContent()).not.toContain(`${id}@`);
      expect(await isSent(id, 'opened')).toBe(true);

      await page.getByRole('button', { name: stop }).click();
      await page.getByRole('heading', { name: done }).waitFor();
      expect(page.url()).toBe(url);
      expect(await isSent(id, 'stopped')).toBe(false);

      await page.getByRole('button', { name: undo }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: undone }).waitFor();
      expect(await isSent(id, 'undone')).toBe(true);
      expect(await page.context().cookies()).toEqual([]);
      expect(misdeeds).toEqual([]);
    },
  );

  it('works without scripts', async () => {
    const { page } = await open({ ...trusting, locale: 'en-US', javaScriptEnabled: false });
    await page.goto(await linkOf('no-script'));
    await page.getByRole('button', { name: 'Stop this mail' }).click();
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    expect(await isSent('no-script', 'stopped')).toBe(false);
  });
});
