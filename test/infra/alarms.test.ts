import { readFileSync } from 'node:fs';
import { synthesized } from './synthesized.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
/** Anchors that Markdown viewers give to the headings of the second level. */
const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-'),
);

const stack = synthesized('dev');
const alarms = Object.values(stack.ofType('AWS::CloudWatch::Alarm')).map(({ Properties }) => ({
  name: String(Properties.AlarmName),
  description: String(Properties.AlarmDescription),
  properties: Properties,
}));
const anchorOf = (description: string): string | undefined =>
  /\n\nRunbook: https:\/\/todoke\.example\.com\/docs\/runbook\.md#([a-z0-9-]+)$/.exec(description)?.[1];

describe('alarms', () => {
  it('watch every queue, every function, the API and the reputation of the account', () => {
    const worker = (name: string) => [
      `Todoke-dev/${name}/DeadLetterQueueNotEmpty`,
      `Todoke-dev/${name}/OldestMessageTooOld`,
      `Todoke-dev/${name}/Worker/Errors`,
      `Todoke-dev/${name}/Worker/Throttles`,
    ];
    expect(alarms.map(({ name }) => name).sort()).toEqual(
      [
        ...worker('Notifications'),
        ...worker('Chunks'),
        ...worker('Feedback'),
        'Todoke-dev/Campaigns/FailureQueueNotEmpty',
        'Todoke-dev/Campaigns/Planner/Errors',
        'Todoke-dev/Campaigns/Planner/Throttles',
        'Todoke-dev/CampaignWatch/CampaignHalted',
        'Todoke-dev/CampaignWatch/Watch/Errors',
        'Todoke-dev/CampaignWatch/Watch/Throttles',
        'Todoke-dev/Unsubscribe/ServerErrors',
        'Todoke-dev/Unsubscribe/Unsubscribe/Errors',
        'Todoke-dev/Unsubscribe/Unsubscribe/Throttles',
        'Todoke-dev/Reputation/BounceRate',
        'Todoke-dev/Reputation/ComplaintRate',
      ].sort(),
    );
  });

  it.each(alarms)(
    '$name says in one sentence what it means and links to a section of the runbook',
    (alarm) => {
      const [meaning = ''] = alarm.description.split('\n');
      expect(meaning).toMatch(/^[A-Z][^\n]+[^.]\.$/);
      expect(anchors).toContain(anchorOf(alarm.description));
    },
  );

  it.each(alarms)('$name tells the operator, and tells when it is over', ({ properties }) => {
    const topic = [{ Ref: expect.stringMatching(/^OperationsAlarms/) }];
    expect(properties).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  it.each([
    { alarm: 'Notifications/OldestMessageTooOld', seconds: 5 * 60 },
    { alarm: 'Chunks/OldestMessageTooOld', seconds: 36 * 3600 },
    { alarm: 'Feedback/OldestMessageTooOld', seconds: 15 * 60 },
  ])('$alarm goes off after $seconds seconds', ({ alarm, seconds }) => {
    expect(alarms.find(({ name }) => name.endsWith(alarm))?.properties).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: seconds,
    });
  });

  it.each([
    { alarm: 'BounceRate', metric: 'Reputation.BounceRate', threshold: 0.05 },
    { alarm: 'ComplaintRate', metric: 'Reputation.ComplaintRate', threshold: 0.001 },
  ])('$alarm goes off where AWS begins to review accounts', ({ alarm, metric, threshold }) => {
    expect(alarms.find(({ name }) => name.endsWith(`/${alarm}`))?.properties).toMatchObject({
      Namespace: 'AWS/SES',
      MetricName: metric,
      Threshold: threshold,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });
});

describe('the runbook', () => {
  it('has no section without an alarm', () => {
    expect([...anchors].sort()).toEqual(
      [...new Set(alarms.map(({ description }) => anchorOf(description)))].sort(),
    );
  });

  it.each(runbook.split(/^## /m).slice(1))('describes, investigates and resolves: %.40s', (section) => {
    expect([...section.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, title]) => title)).toEqual([
      'Description',
      'Investigation',
      'Resolution',
    ]);
  });
});
