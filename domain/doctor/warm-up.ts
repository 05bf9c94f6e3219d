/** Recipients at one mailbox provider that a domain without history may mail on its first day. */
export const firstDayVolume = 500;

/** Days until everybody is reached, when each day may bring twice as many as the day before. */
export function warmUpDays(total: number, firstDay: number): number {
  let days = 0;
  let reached = 0;
  for (let today = firstDay; reached < total; today *= 2) {
    reached += today;
    days++;
  }
  return days;
}
