import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { Streams } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import { blind, probeFinding } from '../probe-finding.ts';
import { ses } from '../remedies.ts';
import type { ConfigurationSetAnswer, EventDestinationAnswer } from '../ses-answers.ts';
import type { Text } from '../text.ts';
import { pathFindings } from './event-path.ts';

const failures = ['BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY', 'REJECT', 'RENDERING_FAILURE'];
const engagement = ['OPEN', 'CLICK'];
const everything = ['SEND', 'DELIVERY', ...failures];

export const eventsCheck: Check = {
  number: 20,
  title: { ja: '配信結果が台帳に届くか', en: 'What becomes of mail reaches our ledger' },
  examine(subject) {
    const { facts } = subject;
    const sets = need(facts.ses.configurationSets);
    const streams = facts.streams.known ? facts.streams.value : undefined;
    const drafts = sets.flatMap((set) => setFindings(set, streams));
    if (!facts.feedback.known) {
      return outcome(drafts, { undecided: facts.feedback.why });
    }
    const { probe, unread } = facts.feedback.value;
    const found = [
      ...drafts,
      ...pathFindings(subject, facts.feedback.value),
      ...(probe ?? []).map(probeFinding),
    ];
    if (unread !== undefined) {
      return outcome(found, { undecided: unread });
    }
    return probe === undefined
      ? outcome(found, {
          undecided: {
            ja: 'シミュレーターへの試し送りをしていません（--probe）。',
            en: 'no mail was sent to the simulator: --probe',
          },
        })
      : outcome(found);
  },
};

/** Campaigns report failures only, which costs less: see decision 0005. */
function wantedOf(name: string, streams: Streams | undefined): readonly string[] {
  if (streams?.marketing.engagementSets?.includes(name)) {
    return [...failures, ...engagement];
  }
  return streams?.marketing.configurationSets.includes(name) &&
    name !== streams.transactional.configurationSet
    ? failures
    : everything;
}

function setFindings(set: ConfigurationSetAnswer, streams: Streams | undefined): FindingDraft[] {
  const name = set.ConfigurationSetName ?? '';
  if (set.Exists === false) {
    return [
      draft(
        'configuration-set-missing',
        { ja: `設定セット ${name} がありません。`, en: `Configuration set ${name} does not exist.` },
        `GetConfigurationSet ${name}: NotFoundException`,
        { ja: 'スタックをデプロイし直してください。', en: 'Deploy the stack again.' },
        'CreateConfigurationSet',
        { ConfigurationSetName: name },
      ),
    ];
  }
  const paused =
    set.SendingOptions?.SendingEnabled === false
      ? [
          draft(
            'configuration-set-paused',
            {
              ja: `設定セット ${name} の送信が止まっています。`,
              en: `Sending is paused for configuration set ${name}.`,
            },
            `GetConfigurationSet ${name} SendingEnabled=false`,
            { ja: '止めた理由を確かめて、再開してください。', en: 'Find out why, then switch it on.' },
            'PutConfigurationSetSendingOptions',
            { ConfigurationSetName: name, SendingEnabled: true },
          ),
        ]
      : [];
  return [
    ...paused,
    ...destinationFindings(name, set.EventDestinations ?? [], wantedOf(name, streams), streams),
  ];
}

function destinationFindings(
  name: string,
  destinations: readonly EventDestinationAnswer[],
  wanted: readonly string[],
  streams: Streams | undefined,
): FindingDraft[] {
  const ours = destinations.filter(({ SnsDestination }) =>
    streams === undefined ? SnsDestination !== undefined : SnsDestination?.TopicArn === streams.topicArn,
  );
  const [first] = ours;
  const TopicArn = streams?.topicArn ?? 'arn:aws:sns:REGION:ACCOUNT:TOPIC';
  if (first === undefined) {
    const elsewhere = destinations.find(({ SnsDestination }) => SnsDestination !== undefined);
    return [
      draft(
        elsewhere === undefined ? 'event-destination-missing' : 'event-destination-elsewhere',
        elsewhere === undefined
          ? {
              ja: `設定セット ${name} に配信結果の送り先がありません。`,
              en: `Configuration set ${name} reports to nobody.`,
            }
          : {
              ja: `設定セット ${name} の送り先が別のトピックです。`,
              en: `Configuration set ${name} reports to another topic.`,
            },
        elsewhere === undefined
          ? `GetConfigurationSetEventDestinations ${name}: none`
          : `${elsewhere.Name}: ${elsewhere.SnsDestination?.TopicArn}`,
        {
          ja: 'スタックをデプロイし直すか、送り先を作ってください。',
          en: 'Deploy the stack again, or create the destination.',
        },
        elsewhere === undefined
          ? 'CreateConfigurationSetEventDestination'
          : 'UpdateConfigurationSetEventDestination',
        {
          ConfigurationSetName: name,
          EventDestinationName: elsewhere?.Name ?? 'todoke-feedback',
          EventDestination: { Enabled: true, MatchingEventTypes: wanted, SnsDestination: { TopicArn } },
        },
      ),
    ];
  }
  const update = (): Readonly<Record<string, unknown>> => ({
    ConfigurationSetName: name,
    EventDestinationName: first.Name,
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: [...new Set([...(first.MatchingEventTypes ?? []), ...wanted])],
      SnsDestination: { TopicArn: first.SnsDestination?.TopicArn },
    },
  });
  const on = ours.filter(({ Enabled }) => Enabled !== false);
  if (on.length === 0) {
    return [
      draft(
        'event-destination-off',
        {
          ja: `設定セット ${name} の送り先が無効です。`,
          en: `The event destination of ${name} is switched off.`,
        },
        `${first.Name}: Enabled=false`,
        { ja: '有効にしてください。', en: 'Switch it on.' },
        'UpdateConfigurationSetEventDestination',
        update(),
      ),
    ];
  }
  const reported = new Set(on.flatMap(({ MatchingEventTypes }) => MatchingEventTypes ?? []));
  const missing = wanted.filter((type) => !reported.has(type));
  return missing.length === 0
    ? []
    : [
        draft(
          'event-types-missing',
          {
            ja: `設定セット ${name} が ${missing.join('・')} を報告しません。`,
            en: `Configuration set ${name} does not report ${missing.join(', ')}.`,
          },
          `${first.Name}: ${[...reported].join(', ')}`,
          { ja: '足りないイベントを加えてください。', en: 'Add the missing types.' },
          'UpdateConfigurationSetEventDestination',
          update(),
        ),
      ];
}

function draft(
  code: string,
  title: Text,
  evidence: string,
  text: Text,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): FindingDraft {
  return {
    code,
    severity: 'block',
    title,
    evidence: [evidence],
    consequence: code.startsWith('configuration-set')
      ? { ses: { ja: 'メールが拒否されます。', en: 'Mail is refused.' } }
      : blind,
    fix: { text, changes: [ses(operation, input)] },
  };
}
