import { Parser } from 'htmlparser2';
import {
  chooseLanguage,
  confirmPage,
  donePage,
  invalidPage,
  type PageLanguage,
  restoredPage,
} from '../../domain/unsubscribe-page.ts';

const claim = { address: 'taro.yamada@example.com', topic: 'newsletter' };
const hostile = { address: '"<script>"@example.com', topic: '<img src=x onerror=alert(1)>"&\'' };

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function tagsOf(html: string): Tag[] {
  const tags: Tag[] = [];
  const parser = new Parser({ onopentag: (name, attributes) => void tags.push({ name, attributes }) });
  parser.end(html);
  return tags;
}

/** What the forms of a page ask for. */
function wishesOf(html: string): (string | undefined)[] {
  return tagsOf(html)
    .filter(({ attributes }) => attributes.name === 'wish')
    .map(({ attributes }) => attributes.value);
}

const pages = (['ja', 'en'] as PageLanguage[]).flatMap((language) => [
  { page: 'confirm', language, of: (c: typeof claim) => confirmPage(language, c) },
  { page: 'done for the topic', language, of: (c: typeof claim) => donePage(language, c, 'topic') },
  { page: 'done for marketing', language, of: (c: typeof claim) => donePage(language, c, 'marketing') },
  { page: 'restored', language, of: (c: typeof claim) => restoredPage(language, c) },
  { page: 'invalid', language, of: () => invalidPage(language) },
]);

describe('chooseLanguage', () => {
  it.each<[string | undefined, PageLanguage]>([
    [undefined, 'en'],
    ['', 'en'],
    ['ja', 'ja'],
    ['ja-JP', 'ja'],
    ['JA-jp', 'ja'],
    ['ja,en-US;q=0.9,en;q=0.8', 'ja'],
    ['en-US,en;q=0.9,ja;q=0.8', 'en'],
    ['en;q=0.5, ja;q=0.7', 'ja'],
    ['zh-TW, ja;q=0.1', 'ja'],
    ['ja;q=0', 'en'],
    ['de, fr', 'en'],
    ['jav', 'en'],
    ['*', 'en'],
    ['ja;q=nonsense', 'en'],
  ])('of %p is %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });
});

describe.each(pages)('the $page page in $language', ({ language, of }) => {
  it('has no script, and nothing that is loaded from elsewhere', () => {
    const tags = tagsOf(of(claim));
    const elements = [
      'html',
      'head',
      'meta',
      'title',
      'style',
      'body',
      'main',
      'h1',
      'p',
      'form',
      'input',
      'button',
    ];
    expect(tags.map(({ name }) => name).filter((name) => !elements.includes(name))).toEqual([]);
    const attributes = tags.flatMap((tag) => Object.keys(tag.attributes));
    expect(attributes.filter((name) => /^(?:on|src|href|action|formaction|style)/.test(name))).toEqual([]);
    expect(of(claim)).not.toMatch(/https?:|url\(|@import/);
  });

  it('is valid in its language', () => {
    expect(tagsOf(of(claim)).find(({ name }) => name === 'html')?.attributes).toEqual({ lang: language });
    expect(/[ぁ-ん]/.test(of(claim))).toBe(language === 'ja');
  });

  it('has the same tags whatever stands in the token', () => {
    expect(tagsOf(of(hostile))).toEqual(tagsOf(of(claim)));
  });

  it('does not show the whole address', () => {
    expect(of(claim)).not.toContain('taro');
  });

  it('posts to its own URL', () => {
    for (const { name, attributes } of tagsOf(of(claim))) {
      if (name === 'form') {
        expect(attributes).toEqual({ method: 'post' });
      }
    }
  });
});

describe('the pages', () => {
  it.each([
    { page: 'confirm', html: confirmPage('en', claim), wishes: ['topic', 'marketing'] },
    { page: 'done for the topic', html: donePage('en', claim, 'topic'), wishes: ['marketing', 'restore'] },
    { page: 'done for marketing', html: donePage('en', claim, 'marketing'), wishes: ['restore'] },
    { page: 'restored', html: restoredPage('en', claim), wishes: ['topic'] },
    { page: 'invalid', html: invalidPage('en'), wishes: [] },
  ])('$page offers $wishes', ({ html, wishes }) => {
    expect(wishesOf(html)).toEqual(wishes);
  });

  it.each([
    ['taro@example.com', 't***@example.com'],
    ['t@example.com', 't***@example.com'],
    ['"taro y"@example.com', '&quot;t***@example.com'],
    ['"a@b"@example.com', '&quot;a***@example.com'],
  ])('show %s as %s', (address, shown) => {
    expect(confirmPage('en', { address, topic: 'news' })).toContain(`“news” to ${shown}?`);
  });
});
