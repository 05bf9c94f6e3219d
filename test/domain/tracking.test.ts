import { scannedMails, withoutTracking } from '../../domain/tracking.ts';

const follow = (sesMessageId: string, linkId: string, atMs: number) => ({ sesMessageId, linkId, atMs });

describe('scannedMails', () => {
  it.each([
    [
      'two links within two seconds, in whatever order that is told',
      [follow('a', '2', 1_900), follow('a', '1', 0)],
      ['a'],
    ],
    ['two links of two mails', [follow('a', '1', 0), follow('b', '2', 1)], []],
    ['one link twice', [follow('a', '1', 0), follow('a', '1', 1)], []],
    ['two links after two seconds', [follow('a', '1', 0), follow('a', '2', 2_000)], []],
    ['the last two of three', [follow('a', '1', 0), follow('a', '2', 5_000), follow('a', '3', 5_001)], ['a']],
    ['nothing', [], []],
  ])('of %s', (_, followed, scanned) => {
    expect([...scannedMails(followed)]).toEqual(scanned);
  });
});

describe('withoutTracking', () => {
  const url = 'https://unsubscribe.example.com/u/k1.token';

  it.each([
    `<A\n  HREF="${url}">`,
    `<a title="a > b" href="${url}">`,
    `<a title='"' href='${url}'>`,
    `<a href="https://example.com/"></a><a\thref="${url}">`,
  ])('marks the link in %j', (html) => {
    const marked = withoutTracking(html, url);
    expect(marked.replace(' ses:no-track', '')).toBe(html);
    expect(marked.lastIndexOf('ses:no-track')).toBe(html.toLowerCase().lastIndexOf('<a') + 3);
  });

  it('marks every link to the URL, wherever its attributes stand, and no other', () => {
    expect(
      withoutTracking(
        `<a href="${url}">x</a><a style="a" href="${url}" class="b">y</a><a href="${url}more">z</a><p title="${url}">`,
        url,
      ),
    ).toBe(
      `<a ses:no-track href="${url}">x</a><a ses:no-track style="a" href="${url}" class="b">y</a><a href="${url}more">z</a><p title="${url}">`,
    );
  });
});
