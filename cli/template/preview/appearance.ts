/**
 * How the frame shows a mail: as a client in light or in dark mode would, or as one that knows no dark mode of the
 * mail's own and turns its colours round, which is a simulation.
 */
export type Appearance = 'light' | 'dark' | 'inverted';

/**
 * The mail's HTML for a frame that looks so whatever the browser itself prefers. Style sheets from elsewhere, which
 * are web fonts, are left out, as Gmail and Outlook do.
 */
export function asSeen(html: string, appearance: Appearance): string {
  const scheme = appearance === 'dark' ? 'dark' : 'light';
  const settled = html
    .replace(/(<style\b[^>]*>)([\s\S]*?)(<\/style>)/gi, (_, open: string, css: string, close: string) =>
      [open, settle(css, scheme), close].join(''),
    )
    .replace(/<(?:source|link|style)\b[^>]*\smedia=[^>]*>/gi, (tag) => settleQueries(tag, scheme))
    .replace(/<meta\b[^>]*\bname="?(?:supported-)?color-schemes?\b[^>]*>/gi, (tag) =>
      settleSupport(tag, scheme),
    )
    .replace(/<link\b[^>]*\brel="?stylesheet\b[^>]*>/gi, '');
  const head = frameHead + (appearance === 'inverted' ? inversion : '');
  return /<\/head>/i.test(settled) ? settled.replace(/<\/head>/i, `${head}</head>`) : head + settled;
}

/** Links lead nowhere, for the frame may open no window, and a phone's scroll bar takes no width. */
const frameHead = '<base target="_blank"><style>html{scrollbar-width:none}</style>';

/** Pictures and videos are turned round twice, so that they stay as they are. */
const inversion =
  '<style>html{background:#fff;filter:invert(1) hue-rotate(180deg)}img,video{filter:invert(1) hue-rotate(180deg)}</style>';

function settle(css: string, scheme: 'light' | 'dark'): string {
  return settleQueries(css.replace(/@import\b[^;]*;?/gi, ''), scheme).replace(
    /(^|[{;\s])((?:supported-)?color-schemes?\s*:)([^;}]*)/g,
    (_, before: string, property: string, value: string) =>
      `${before}${property}${settleSupport(value, scheme)}`,
  );
}

/** A query for the scheme becomes one that always or never holds (Media Queries 4 §4). */
function settleQueries(css: string, scheme: 'light' | 'dark'): string {
  return css.replace(
    /\(\s*prefers-color-scheme\s*(?::\s*(light|dark)\s*)?\)/gi,
    (_, asked: string | undefined) =>
      asked === undefined || asked.toLowerCase() === scheme ? '(min-width:0)' : '(max-width:0)',
  );
}

/** Support for both schemes becomes support for the one that is shown. */
function settleSupport(value: string, scheme: 'light' | 'dark'): string {
  return value.replace(/\blight\s+dark\b|\bdark\s+light\b/gi, scheme);
}
