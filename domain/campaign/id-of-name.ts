import { createHash } from 'node:crypto';
import { InputError } from '../errors.ts';

/**
 * An id for a name that people give: of small letters, digits and hyphens, the same each time.
 *
 * @param what - What has the name: `campaign`.
 * @throws InputError `campaign-name`: it is empty, too long, or has control characters
 */
export function idOfName(name: string, what: string): string {
  if (!/^[^\p{Cc}]{1,128}$/u.test(name)) {
    throw new InputError(
      `${what}-name`,
      'name',
      `a ${what} name has 1 to 128 characters and no control characters`,
    );
  }
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    return name;
  }
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return [slug, createHash('sha256').update(name).digest('hex').slice(0, 8)].filter(Boolean).join('-');
}
