import type { StackOutputs } from '../aws/stack.ts';
import { postmasterEvidence } from '../domain/verdict/postmaster.ts';
import { replyDraft } from '../domain/verdict/reply.ts';
import { type Call, type Command, pipelineOptions, UsageError } from './command.ts';
import { connect } from './connection.ts';
import { type Answer, answerAsJson, answerTo, surroundingsOf } from './trace/answer.ts';
import { traceCampaign } from './trace/campaign.ts';
import { type Language, renderList, renderMail } from './trace/report.ts';
import { words } from './trace/words.ts';

const defaultDays = 30;
const defaultLimit = 20;

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
      help: `mail of an address: how far back, 12h or 7d; ${defaultDays}d by default, 180d are kept`,
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
    const answer = await answerTo(outputs, text, wanted);
    out(await written(call, outputs, answer, language));
    return answer.mails.length > 0 ? 0 : 1;
  },
};

/** The answer in the form that was asked for. */
async function written(
  call: Call,
  outputs: StackOutputs,
  answer: Answer,
  language: Language,
): Promise<string> {
  const { first, mails, more } = answer;
  if (call.flag('reply')) {
    const draft = replyDraft(first.verdict, first.mail.deliveryId);
    return call.flag('json') ? JSON.stringify(draft) : draft[language];
  }
  const around = await surroundingsOf(outputs, first.mail);
  if (call.flag('evidence')) {
    const facts = postmasterEvidence(first.mail, first.verdict, around.others, {
      mailDomain: outputs.MailDomain,
      region: outputs.FeedbackTopicArn.split(':')[3] ?? '',
      authentication: around.authentication,
    });
    return call.flag('json') ? JSON.stringify(facts) : linesOf(facts);
  }
  if (call.flag('json')) {
    return JSON.stringify(answerAsJson(answer, around));
  }
  return [
    ...(mails.length > 1 ? [renderList(mails, language)] : []),
    ...(more ? [words.more[language]] : []),
    ...(mails.length > 1 ? [words.newest[language]] : []),
    renderMail(first, around, answer.suppressions, language),
  ].join('\n\n');
}

function linesOf(facts: Readonly<Record<string, string | number>>): string {
  return Object.entries(facts)
    .map(([fact, value]) => `${fact}: ${value}`)
    .join('\n');
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
