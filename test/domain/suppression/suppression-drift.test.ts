import type { Suppression, SuppressionsByScope } from '../../../domain/suppression/suppression.ts';
import { remedyOfEntry, remedyOfMissing } from '../../../domain/suppression/suppression-drift.ts';

const nowMs = Date.UTC(2026, 10, 24);
const bounce: Suppression = { reason: 'bounce', source: 'ses', atMs: nowMs - 9 };
const complaint: Suppression = { ...bounce, reason: 'complaint' };
const mirror: Suppression = { ...bounce, source: 'ses-account-list' };
const manual: Suppression = { ...bounce, reason: 'manual', source: 'cli' };
const unsubscribe: Suppression = { ...bounce, reason: 'unsubscribe', source: 'one-click' };
const ended = (suppression: Suppression): Suppression => ({ ...suppression, expiresAtMs: nowMs });

type Row = [here: SuppressionsByScope, remedy: object | undefined];

const onlyInSes = (scope: string, reason: string) => ({
  drift: 'onlyInSes',
  at: 'here',
  change: {
    ...{ kind: 'suppressed', scope, reason, source: 'ses-account-list', atMs: 5 },
    evidence: `account list: ${reason.toUpperCase()}`,
  },
});

describe('remedyOfEntry', () => {
  it.each<Row>([
    [{}, onlyInSes('all', 'bounce')],
    [{ all: ended(bounce) }, onlyInSes('all', 'bounce')],
    [{ marketing: complaint, 'topic:news': unsubscribe }, onlyInSes('all', 'bounce')],
    [{ all: bounce }, undefined],
    [{ all: mirror }, undefined],
    [{ all: manual }, undefined],
    [{ all: complaint }, { drift: 'reasonDiffers', at: 'ses', reason: 'COMPLAINT' }],
  ])('of a bounce in SES and %j here', (here, remedy) => {
    expect(remedyOfEntry('BOUNCE', 5, here, nowMs)).toEqual(remedy);
  });

  it.each<Row>([
    [{}, onlyInSes('marketing', 'complaint')],
    [{ 'topic:news': unsubscribe }, onlyInSes('marketing', 'complaint')],
    [{ marketing: complaint }, undefined],
    [{ all: complaint }, undefined],
    [{ all: bounce }, { ...onlyInSes('marketing', 'complaint'), drift: 'reasonDiffers' }],
    [{ marketing: unsubscribe }, { ...onlyInSes('marketing', 'complaint'), drift: 'reasonDiffers' }],
  ])('of a complaint in SES and %j here', (here, remedy) => {
    expect(remedyOfEntry('COMPLAINT', 5, here, nowMs)).toEqual(remedy);
  });
});

const gone = (scope: string) => ({
  drift: 'goneFromSes',
  at: 'here',
  change: {
    ...{ kind: 'released', scope, only: 'mirror', source: 'ses-account-list', atMs: nowMs },
    evidence: 'no longer on the account list',
  },
});

it.each<Row>([
  [{}, undefined],
  [{ all: bounce }, { drift: 'onlyHere', at: 'ses', reason: 'BOUNCE' }],
  [{ all: complaint }, { drift: 'onlyHere', at: 'ses', reason: 'COMPLAINT' }],
  // SES knows no topics and no categories, and nothing of what an operator or a recipient wants.
  [{ marketing: complaint, 'topic:news': unsubscribe }, undefined],
  [{ all: manual }, undefined],
  [{ all: unsubscribe }, undefined],
  // SES would hold mail back for ever.
  [{ all: { ...bounce, expiresAtMs: nowMs + 1 } }, undefined],
  [{ all: { ...bounce, source: 'ses-global-list' } }, undefined],
  [{ all: mirror }, gone('all')],
  [{ marketing: { ...complaint, source: 'ses-account-list' } }, gone('marketing')],
])('remedyOfMissing of %j here', (here, remedy) => {
  expect(remedyOfMissing(here, nowMs)).toEqual(remedy);
});
