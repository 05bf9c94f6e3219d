import { createHash } from 'node:crypto';
import type { CompiledTemplate } from './compiled.ts';

/** The content hash of a compiled template; its own `hash` field takes no part. */
export function contentHash(template: Omit<CompiledTemplate, 'hash'>): string {
  const { hash: _, ...content } = { hash: '', ...template };
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 32);
}

/** JSON with the keys of every object in code unit order and no white space, after RFC 8785. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
