import { SesError } from './ses-error.ts';

/** One page of a list, with an opaque token for the next. */
export function page<T>(items: readonly T[], nextToken: string | undefined, pageSize = 1000) {
  const start = nextToken === undefined ? 0 : decode(nextToken);
  const end = start + pageSize;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { NextToken: Buffer.from(`after:${end}`).toString('base64url') } : {}),
  };
}

function decode(nextToken: string): number {
  const match = /^after:(\d{1,9})$/.exec(Buffer.from(nextToken, 'base64url').toString());
  if (match === null)
    throw new SesError(
      'InvalidNextTokenException',
      'The specified request includes an invalid or expired token.',
    );
  return Number(match[1]);
}
