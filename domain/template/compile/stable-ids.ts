/**
 * MJML gives carousels and navigation bars random ids, anew at every compilation. Here they are numbered, so that the
 * same template always gives the same bytes and with them the same content hash.
 */
export function stableIds(html: string): string {
  const random = html.matchAll(
    /mj-carousel-([0-9a-f]{16})-radio\b|id="([0-9a-f]{16})" class="mj-menu-checkbox"/g,
  );
  const ids = new Set([...random].map(([, carousel, menu]) => carousel ?? menu ?? ''));
  return [...ids].reduce((text, id, n) => text.replaceAll(id, `${n + 1}`.padStart(16, '0')), html);
}
