/** The members of a parsed JSON request whose types nobody has checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** The elements of a list that are objects; an absent list is empty. */
export function list(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function texts(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
}

/** A body that has to be one JSON object; anything else has no fields. */
export function parseFields(body: Buffer | string): Fields {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return isFields(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
