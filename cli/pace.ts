/** How long ago is still counted as now: chunks end in jerks. */
const windowMs = 30_000;

/** The speed of something that is looked at again and again, and how long it takes from there. */
export function pace() {
  let looks: { readonly atMs: number; readonly done: number }[] = [];

  return {
    at(nowMs: number, done: number, left: number) {
      looks = [...looks.filter(({ atMs }) => atMs > nowMs - windowMs), { atMs: nowMs, done }];
      const [first] = looks;
      const passedMs = nowMs - (first?.atMs ?? nowMs);
      const perSecond = passedMs === 0 ? 0 : Math.max(0, (1000 * (done - (first?.done ?? done))) / passedMs);
      return { perSecond, etaSeconds: perSecond > 0 && left > 0 ? left / perSecond : undefined };
    },
  };
}
