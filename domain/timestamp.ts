const iso8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Reads an absolute time of RFC 3339 or ISO 8601; times without a zone are refused, since they mean nothing here.
 *
 * @returns Epoch milliseconds, NaN for anything else.
 */
export function parseTimestamp(text: string): number {
  // biome-ignore lint/style/noRestrictedGlobals: Date.parse is pure for a text with a zone; it reads no clock.
  return iso8601.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN;
}

/** RFC 3339 in UTC with milliseconds. */
export function formatTimestamp(epochMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formatting a given time reads no clock.
  return new Date(epochMs).toISOString();
}
