import fc from 'fast-check';
import type { CampaignState } from '../../../domain/campaign/campaign-state.ts';
import { campaignTally } from '../../../domain/verdict/campaign-tally.ts';
import { bounce, campaign, event, nowMs, record } from './some-mails.ts';

const row = (i: number, ...[state, more]: Parameters<typeof record>) => ({
  ...record(state, more),
  ...{ deliveryId: `c#news#0#${i}`, address: 'taro@example.com' },
});
const sumOf = (counts: object) =>
  Object.values(counts).reduce((sum: number, count) => sum + Number(count), 0);

it('counts each row of the audience once, by its verdict', () => {
  const { plan } = campaign();
  const tally = campaignTally(
    campaign({
      state: 'cancelled',
      plan: Object.assign({}, plan, {
        rows: 437,
        invalid: 5,
        duplicates: 10,
        rejected: 4,
        suppressed: 8,
        capped: 3,
        filtered: 7,
      }),
      outcomes: { accepted: 300, suppressed: 20, rejected: 2, unknown: 1, stopped: 70 },
    }),
    nowMs,
  );
  tally.see(row(1, 'bounced', { evidence: bounce('550 5.1.1 user unknown') }));
  tally.see(row(2, 'bounced', { evidence: bounce('552 5.2.2 full') }));
  tally.see(row(3, 'complained', { evidence: { complaint: event(1) } }));
  tally.see(row(4, 'rejected', { reason: 'MessageRejected' }));
  expect(tally.finish()).toEqual({
    ...{ never_sent_invalid: 5, never_sent_duplicate: 10, never_sent_data: 4, never_sent_capped: 3 },
    never_sent_filtered: 7,
    ...{ never_sent_suppressed: 28, in_doubt: 1, never_sent_cancelled: 77, never_sent_refused: 2 },
    ...{ rejected_address: 1, rejected_mailbox: 1, complained: 1, accepted_no_failure: 297 },
  });
});

it('has nothing to count before there is a plan', () => {
  const { plan: _, ...draft } = campaign({ state: 'draft' });
  expect(campaignTally(draft, nowMs).finish()).toEqual({});
});

it('comes to the rows of the audience, whatever the state of the campaign', () => {
  const count = fc.nat({ max: 50 });
  fc.assert(
    fc.property(
      fc.constantFrom<CampaignState>('sending', 'paused', 'halted', 'completed', 'cancelled'),
      fc.tuple(count, count, count, count, count, count),
      fc.tuple(count, count, count, count, count),
      count,
      fc.nat({ max: 20 }),
      (state, [invalid, duplicates, rejected, suppressed, capped, filtered], outcomes, open, failures) => {
        const [accepted, held, refused, unknown, stopped] = outcomes;
        const recipients = accepted + held + refused + unknown + stopped + open;
        const rows = recipients + invalid + duplicates + rejected + suppressed + capped + filtered;
        const plan = { ...{ rows, recipients, invalid, duplicates, rejected, suppressed, capped, filtered } };
        const tally = campaignTally(
          campaign({
            state,
            plan: { planId: 'p', plannedAtMs: nowMs, chunks: 1, canaryChunks: [], ...plan },
            outcomes: { accepted, suppressed: held, rejected: refused, unknown, stopped },
          }),
          nowMs,
        );
        // Events may come before the ledger of their chunk is closed.
        for (let i = 0; i < Math.min(failures, accepted + open); i++) {
          tally.see(row(i, 'bounced', { evidence: bounce('550 5.1.1 user unknown') }));
        }
        expect(sumOf(tally.finish())).toBe(rows);
      },
    ),
    { numRuns: 200 },
  );
});
