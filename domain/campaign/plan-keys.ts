/**
 * Where a run of the planner keeps what it makes of an audience. Each run has a folder of its own: Lambda may run a planner twice at the
 * same time, and suppressions change between runs, so that one run must never write over what another one wrote and senders read. The
 * run whose id is in the campaign's `plan` is the one that counts.
 */
export function planKeys(campaignId: string, planId: string) {
  const folder = `campaigns/${campaignId}/${planId}`;
  return {
    /** Rows of recipients, chunk after chunk. @param release - Which of several times they are for. */
    part: (part: number, release = 0) =>
      `${folder}/parts/${release === 0 ? '' : `${release}-`}${sixDigits(part)}.jsonl`,
    /** Those of the canaries. */
    canary: `${folder}/parts/canary.jsonl`,
    /** A `ChunkPointer` a line, in the order of their release: canary by canary, then the rest. */
    chunks: `${folder}/chunks.jsonl`,
    /** Rows that get no mail, with the reason. */
    excluded: (list: number) => `${folder}/excluded${list === 0 ? '' : `-${sixDigits(list)}`}.jsonl`,
    /** Finds the place of a recipient. */
    recipients: `${folder}/recipients.idx`,
  };
}

/** What a rehearsal of a campaign came to. */
export function rehearsalKey(campaignId: string, rehearsalId: string): string {
  return `campaigns/${campaignId}/rehearsals/${rehearsalId}.json`;
}

function sixDigits(number: number): string {
  return String(number).padStart(6, '0');
}
