import { authenticationHistories } from '../aws/authentication-history.ts';
import type { StackOutputs } from '../aws/stack.ts';
import { traces } from '../aws/traces.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { authenticationAt } from '../domain/verdict/authentication.ts';
import type { KnownMail } from '../domain/verdict/known-mail.ts';
import { hourOf, othersOf } from '../domain/verdict/others.ts';
import { postmasterEvidence } from '../domain/verdict/postmaster.ts';
import { replyDraft } from '../domain/verdict/reply.ts';
import { timelineOf } from '../domain/verdict/timeline.ts';
import { verdictOf } from '../domain/verdict/verdict.ts';
import { type Call, type Command, pipelineOptions, UsageError } from './command.ts';
import { connect } from './connection.ts';
import { traceCampaign } from './trace/campaign.ts';
import { findMails, timeOf } from './trace/find-mails.ts';
import {
  type Judged,
  type Language,
  renderList,
  renderMail,
  type Surroundings,
  templateOf,
} from './trace/report.ts';
import { parseWhat } from './trace/what.ts';
import { words } from './trace/words.ts';

const defaultDays = 30;
const defaultLimit = 20;

/** Of the failures of an hour: some thousands are enough to see whose trouble it is. */
const mostPages = 3;

export const trace: Command = {
  name: 'trace',
  summary: 'Says whether a mail arrived, and if not why, whose fault it is and what to do.',
  positionals: ['[WHAT]'],
  options: {
    campaign: {
      type: 'string',
      value: 'NAME',
      help: 'all mail of a campaign, counted by verdict; without WHAT',
    },
    since: {
      type: 'string',
      value: 'AGE',
      help: `mail of an address: how far back, 12h or 7d; ${defaultDays}d by default, 180d at most`,
    },
    limit: { type: 'string', value: 'N', help: `mail of an address: how many, ${defaultLimit} by default` },
    reply: { type: 'boolean', help: 'a draft of an answer to the customer' },
    evidence: { type: 'boolean', help: 'the facts that a postmaster asks for, ready to paste' },
    lang: { type: 'string', value: 'LANG', help: 'ja or en; by default what LANG says' },
    ...pipelineOptions,
  },
  async run(call, { out }) {
    const language = languageOf(call);
    const [text] = call.positionals;
    const name = call.text('campaign');
    if ((text === undefined) === (name === undefined)) {
      throw new UsageError(
        'say whose mail (an address), which mail (an id or a Message-ID), or --campaign NAME',
      );
    }
    const wanted = { sinceMs: Date.now() - ageOf(call.text('since')), limit: limitOf(call.text('limit')) };
    const { outputs } = await connect(call);
    if (text === undefined) {
      return await traceCampaign(outputs, name ?? '', language, call.flag('json'), out);
    }
    const { mails, suppressions, more } = await findMails(outputs, parseWhat(text), wanted);
    const nowMs = Date.now();
    const judged = mails.map((mail) => ({ mail, verdict: verdictOf(mail, { suppressions, nowMs }) }));
    const [first] = judged.length > 0 ? judged : [unknownMail(text, nowMs, suppressions)];
    const found = judged.length > 0;
    if (first === undefined) {
      return 1;
    }
    if (call.flag('reply')) {
      out(replyDraft(first.verdict, first.mail.deliveryId)[language]);
      return found ? 0 : 1;
    }
    const around = await surroundingsOf(outputs, first.mail, nowMs);
    if (call.flag('evidence')) {
      const side = {
        mailDomain: outputs.MailDomain,
        region: outputs.FeedbackTopicArn.split(':')[3] ?? '',
        authentication: around.authentication,
      };
      const facts = postmasterEvidence(first.mail, first.verdict, around.others, side);
      out(
        call.flag('json')
          ? JSON.stringify(facts)
          : Object.entries(facts)
              .map(([fact, value]) => `${fact}: ${value}`)
              .join('\n'),
      );
      return found ? 0 : 1;
    }
    if (call.flag('json')) {
      out(
        JSON.stringify({
          mails: judged.map(asJson),
          more,
          newest: found ? around : null,
          ...(found ? {} : { verdict: first.verdict }),
        }),
      );
      return found ? 0 : 1;
    }
    out(
      [
        ...(judged.length > 1 ? [renderList(judged, language)] : []),
        ...(more ? [words.more[language]] : []),
        ...(judged.length > 1 ? [words.newest[language]] : []),
        renderMail(first, around, language),
      ].join('\n\n'),
    );
    return found ? 0 : 1;
  },
};

/** Nothing was found: that is an answer too. */
function unknownMail(
  text: string,
  nowMs: number,
  suppressions: Parameters<typeof verdictOf>[1]['suppressions'],
): Judged {
  const mail: KnownMail = { deliveryId: text };
  return { mail, verdict: verdictOf(mail, { suppressions, nowMs }) };
}

async function surroundingsOf(outputs: StackOutputs, mail: KnownMail, nowMs: number): Promise<Surroundings> {
  const tally = othersOf(mail, nowMs);
  const [isLeast, { seen }] = await Promise.all([
    tally === undefined
      ? false
      : traces(outputs.DeliveriesTableName).eachFailure({ ...tally.hour, mostPages }, (row) =>
          tally.see(row),
        ),
    authenticationHistories(outputs.DeliveriesTableName).read(outputs.MailDomain),
  ]);
  const sentMs = mail.record?.acceptedAtMs ?? hourOf(mail, nowMs).toMs;
  return { others: tally?.counted(isLeast), authentication: authenticationAt(seen, sentMs) };
}

function asJson({ mail, verdict }: Judged) {
  const { deliveryId, address, record, place } = mail;
  return {
    deliveryId,
    address,
    at: formatTimestamp(timeOf(mail)),
    template: templateOf(mail),
    campaign: place?.campaign.name,
    state: record?.state,
    sesMessageId: record?.sesMessageId,
    verdict,
    timeline: timelineOf(mail).map(({ atMs, ...row }) => ({
      ...(atMs === undefined ? {} : { at: formatTimestamp(atMs) }),
      ...row,
    })),
  };
}

function languageOf(call: Call): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const given = call.text('lang') ?? ((LC_ALL || LC_MESSAGES || LANG || '').startsWith('ja') ? 'ja' : 'en');
  if (given !== 'ja' && given !== 'en') {
    throw new UsageError('--lang takes ja or en');
  }
  return given;
}

function ageOf(text = `${defaultDays}d`): number {
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? [];
  if (count === undefined) {
    throw new UsageError('--since takes a number of hours or days: 12h, 7d');
  }
  return Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000);
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new UsageError('--limit takes a whole number from 1 to 1000');
  }
  return limit;
}
