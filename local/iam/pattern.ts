/** A pattern of IAM: `*` is any run of characters, `?` any one. */
export interface Pattern {
  readonly source: string;
  matches(text: string): boolean;
}

export function pattern(source: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}): Pattern {
  if (!/[*?]/.test(source)) {
    const wanted = ignoreCase ? source.toLowerCase() : source;
    return { source, matches: (text) => (ignoreCase ? text.toLowerCase() : text) === wanted };
  }
  const expression = new RegExp(
    `^${source
      .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
    ignoreCase ? 'i' : '',
  );
  return { source, matches: (text) => expression.test(text) };
}

/** ARNs are compared field by field: a wildcard does not reach past a colon (except in the last). */
export function arnPattern(source: string): Pattern {
  const fields = arnFields(source).map((field) => pattern(field));
  return {
    source,
    matches(text) {
      const given = arnFields(text);
      return (
        given.length === fields.length && fields.every((field, index) => field.matches(given[index] ?? ''))
      );
    },
  };
}

/** `arn:partition:service:region:account:resource`; the resource may hold colons. */
function arnFields(arn: string): readonly string[] {
  const fields = arn.split(':');
  return fields.length <= 6 ? fields : [...fields.slice(0, 5), fields.slice(5).join(':')];
}
