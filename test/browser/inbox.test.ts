import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { notification, type RunningPipeline, runPipeline } from '../journeys/running-pipeline.ts';
import { inChromium } from './chromium.ts';

/** Would tell on itself by a dialog, an exception or a request. */
const script = '<script>top.alert("ran")</script><img alt="an intruder" src="data:," onerror="top.alert(1)">';

inChromium('the inbox of the local pipeline', (open) => {
  let pipeline: RunningPipeline;
  let ses: SESv2Client;

  beforeAll(async () => {
    pipeline = await runPipeline();
    ses = new SESv2Client({
      endpoint: pipeline.endpoint,
      region: pipeline.place.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await pipeline.publish(
      notification('browser', { recipient: { address: 'browser@example.com', locale: 'ja' } }),
    );
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: 'sender@example.com',
        Destination: { ToAddresses: ['hostile@example.com'] },
        Content: {
          Simple: {
            Subject: { Data: `hello ${script}`, Charset: 'UTF-8' },
            Body: {
              Html: { Data: `<p>a hostile mail</p>${script}`, Charset: 'UTF-8' },
              Text: { Data: `plain ${script}`, Charset: 'UTF-8' },
            },
          },
        },
      }),
    );
    await pipeline.idle(90_000);
  });
  afterAll(async () => {
    ses.destroy();
    await pipeline.close();
  });

  it('lists mails, and shows each way of looking at one behind a tab', async () => {
    const { page, misdeeds } = await open({ locale: 'en-US' });
    await page.goto(`${pipeline.endpoint}/inbox`);
    await page.getByRole('row').filter({ hasText: 'browser@example.com' }).getByRole('link').click();
    const mail = page.frameLocator('iframe');
    await mail.getByText('482913').waitFor();
    const tabs = page.getByRole('navigation', { name: 'Views' });
    for (const [tab, shown] of [
      ['Text', 'ログイン画面に、次の確認コードを入力してください。'],
      ['Headers', 'browser@example.com'],
      ['Source', 'Content-Type: multipart/alternative'],
      ['Events', 'Delivery'],
    ] as const) {
      await tabs.getByRole('link', { name: tab, exact: true }).click();
      await page.getByText(shown).first().waitFor();
      expect(await tabs.locator('[aria-current]').textContent()).toBe(tab);
    }
    await page.getByRole('link', { name: '日本語' }).click();
    await page.getByRole('navigation', { name: '表示' }).waitFor();
    expect(misdeeds).toEqual([]);
  });

  it('runs nothing of a hostile mail, whichever way it is looked at', async () => {
    const { page, misdeeds } = await open({ locale: 'en-US' });
    await page.goto(`${pipeline.endpoint}/inbox?to=hostile@example.com`);
    await page.getByRole('link', { name: 'hello <script>' }).click();
    await page.frameLocator('iframe').getByText('a hostile mail').waitFor();
    await page.frameLocator('iframe').getByAltText('an intruder').waitFor({ state: 'attached' });
    for (const tab of ['Text', 'Headers', 'Source', 'Attachments', 'Events']) {
      await page.getByRole('link', { name: tab, exact: true }).click();
      await page.locator('nav [aria-current]', { hasText: tab }).waitFor();
    }
    // Chromium says what it has kept from running; nothing else may have happened.
    const kept = /^console: .*(?:sandboxed|Content Security Policy)/;
    expect(misdeeds.length).toBeGreaterThan(0);
    expect(misdeeds.filter((each) => !kept.test(each))).toEqual([]);
  });
});
