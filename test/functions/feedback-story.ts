import { type DeliveryKey, tagsOf } from '../../domain/delivery.ts';
import { seededRandom } from '../../local/ses/seeded-random.ts';
import { sesEvents } from '../domain/ses-events.ts';

/** One event of the feedback queue. */
export type StoryEvent = Readonly<Record<string, unknown>>;

const answers = [
  { bounceType: 'Permanent', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
  { bounceType: 'Permanent', status: '5.7.26', diagnosticCode: '550 5.7.26 this mail is unauthenticated' },
  { bounceType: 'Permanent', status: '5.2.1', diagnosticCode: '550 5.2.1 account is disabled' },
  { bounceType: 'Permanent', status: '', diagnosticCode: '550 words that nobody knows' },
  { bounceType: 'Transient', status: '5.2.2', diagnosticCode: '552 5.2.2 mailbox full' },
  { bounceType: 'Transient', status: '4.4.7', diagnosticCode: '554 4.4.7 message expired' },
  { bounceType: 'Transient', status: '4.4.1', diagnosticCode: '421 4.4.1 connection timed out' },
] as const;
const delays = ['452 4.2.2 mailbox full', '421 4.7.28 unusual rate', '421 4.4.1 no answer', 'later'];

/**
 * What SES could report of a few recipients' mails over a month: every kind of event, several delays of a mail, bounces for all sorts of
 * reasons, of notifications, campaigns and mail of others; in the order in which it happened.
 */
export function feedbackStory(events: number, seed: number): StoryEvent[] {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const story: { atMs: number; event: StoryEvent }[] = [];
  for (let mail = 0; story.length < events; mail++) {
    const address = `person-${below(events / 20)}@example.com`;
    const sentMs = Date.UTC(2026, 9, 24) + below(30 * 86_400_000);
    const messageId = `ses-${mail}`;
    const keys: (DeliveryKey | undefined)[] = [
      { kind: 'notification', notificationId: `n-${mail}` },
      { kind: 'campaign', campaignId: 'news', chunk: below(9), index: mail },
      undefined,
    ];
    const key = pick(keys);
    const tell = (kind: keyof typeof sesEvents, afterMs: number, detail: object = {}) => {
      const atMs = sentMs + afterMs;
      const timestamp = new Date(atMs).toISOString();
      const tags = key === undefined ? {} : tagsOf(key);
      const settings = { recipients: [address], messageId, tags, detail: { timestamp, ...detail } };
      story.push({ atMs, event: sesEvents[kind](settings) });
    };
    if (random() < 0.5) tell('send', 0);
    for (let i = below(3); i > 0; i--) {
      const diagnosticCode = pick(delays);
      tell('deliveryDelay', i * 60_000, { delayedRecipients: [{ emailAddress: address, diagnosticCode }] });
    }
    if (random() < 0.5) {
      tell('delivery', 300_000);
      if (random() < 0.3) tell(pick(['open', 'click', 'machineOpen', 'machineClick', 'notSpam']), 400_000);
      if (random() < 0.1) tell('complaint', 500_000);
    } else if (random() < 0.1) {
      tell('send', 0);
    } else if (random() < 0.9) {
      const { bounceType, ...answer } = pick(answers);
      tell('bounce', 600_000, {
        bounceType,
        bounceSubType: 'General',
        bouncedRecipients: [{ emailAddress: address, ...answer }],
      });
    } else {
      tell(pick(['reject', 'renderingFailure']), 1_000);
    }
  }
  return story
    .sort((one, other) => one.atMs - other.atMs)
    .slice(0, events)
    .map(({ event }) => event);
}

/** The same in any order, one in five twice. */
export function shuffled(story: readonly StoryEvent[], seed: number): StoryEvent[] {
  const random = seededRandom(seed);
  return [...story, ...story.filter(() => random() < 0.2)]
    .map((event) => ({ event, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ event }) => event);
}
