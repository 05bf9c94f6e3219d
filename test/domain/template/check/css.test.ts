import { loadMjml } from '../../../../cli/template/mjml-compiler.ts';
import { checkTemplate } from '../../../../domain/template/check/check-template.ts';
import { cssRule } from '../../../../domain/template/check/css.ts';
import { compiled } from '../a-template.ts';
import { aGoodTemplate } from './a-good-template.ts';

async function remarks(content: string): Promise<readonly string[]> {
  const empty = aGoodTemplate({});
  const rule = cssRule((await loadMjml()(empty.mjml)).html);
  const source = aGoodTemplate({ content });
  return checkTemplate(source, await compiled(source), { sample: {}, worst: {} }, [rule]).map(
    ({ severity, rule, line, message }) => `${severity} ${rule} ${line} ${message}`,
  );
}

it('what MJML itself uses is no remark', async () => {
  expect(await remarks('<mj-text>The parcel is on its way.</mj-text>')).toEqual([]);
});

it('what the author adds is one, with the programs that do not know it', async () => {
  const found = await remarks(
    '<mj-text><p style="display:grid;gap:4px">The parcel is on its way.</p></mj-text>',
  );
  expect(found).toContainEqual(
    expect.stringMatching(/^info unsupported-css \d+ .*(?:gap|grid).*outlook\.windows/),
  );
});
