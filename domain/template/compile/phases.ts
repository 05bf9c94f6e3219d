/** A hole in what has been read of a value so far. */
export const hole = '\u0000';

/** What a hole may be at some point of a URL; anything else says why it may not stand there. */
export type UrlPhase = 'start' | 'part' | { readonly refused: string };

/** @param prefix - The URL up to the hole, with `hole` for every hole before it. */
export function urlPhase(prefix: string): UrlPhase {
  const text = prefix.trimStart();
  if (text === '') return 'start';
  if (text.startsWith(hole)) {
    return /[/?#]/.test(text)
      ? 'part'
      : { refused: 'it could extend the host name of the URL before it; put "/" between' };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') {
    return /^https?:\/\/[^/?#\0]+[/?#]/i.test(text)
      ? 'part'
      : { refused: 'the host of a URL cannot be data; pass the whole URL as one value' };
  }
  if (scheme === 'mailto' || scheme === 'tel') return 'part';
  if (scheme !== undefined)
    return { refused: `a ${scheme}: URL cannot hold data; https, mailto and tel can` };
  if (/^\/\/[^/?#]*$/.test(text))
    return { refused: 'the host of a URL cannot be data; pass the whole URL as one value' };
  return /[/?#]/.test(text)
    ? 'part'
    : { refused: 'it could complete the scheme of the URL; pass the whole URL as one value' };
}

/** What a hole may be at some point of a style. */
export type CssPhase = 'value' | 'url-part' | { readonly refused: string };

/** @param prefix - The style up to the hole, with `hole` for every hole before it. */
export function cssPhase(prefix: string): CssPhase {
  const url = /url\(\s*(?:'([^']*)|"([^"]*)|([^)'"]*))$/i.exec(prefix);
  if (url) {
    const phase = urlPhase(url[1] ?? url[2] ?? url[3] ?? '');
    if (phase === 'part') return 'url-part';
    return { refused: typeof phase === 'object' ? phase.refused : 'a URL in a style cannot start with data' };
  }
  const declaration = prefix.slice(prefix.lastIndexOf(';') + 1);
  if (/['"]/.test(declaration.replace(/'[^']*'|"[^"]*"/g, '')))
    return { refused: 'a string in a style cannot hold data' };
  if (/\([^)]*$/.test(declaration)) return { refused: 'a function in a style cannot hold data' };
  if (/\/\*(?![\s\S]*\*\/)/.test(prefix)) return { refused: 'a comment cannot hold data' };
  if (!declaration.includes(':')) return { refused: 'the name of a property cannot be data' };
  return /[\0\w#.%-]$/.test(declaration)
    ? { refused: 'it would be glued to what stands before it; put a space between' }
    : 'value';
}

/** A shorter URL in the same phase, once nothing can change it any more. */
export function settledUrl(prefix: string): string {
  return urlPhase(prefix) === 'part' ? 'https://host/' : prefix;
}

/** The same style without the declarations that are complete. */
export function settledCss(prefix: string): string {
  const complete = /^(?:[^;'"(){}/]*;)+/.exec(prefix);
  return complete ? prefix.slice(complete[0].length) : prefix;
}
