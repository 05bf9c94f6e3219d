import { Parser } from 'htmlparser2';

/** Every tag with the names of its attributes, comments included, values left out. */
export function skeleton(html: string): string[] {
  const seen: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => seen.push(`<${name} ${Object.keys(attributes).join(' ')}>`),
    onclosetag: (name) => seen.push(`</${name}>`),
    oncomment: (text) => seen.push(`<!--${text.startsWith('[if') ? skeleton(text).join('') : text}-->`),
  });
  parser.end(html);
  return seen;
}
