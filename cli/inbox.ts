import { type Command, CommandError, UsageError } from './command.ts';
import { localPipeline } from './connection.ts';
import { renderTable } from './table.ts';

/** A mail as the inbox of the local pipeline lists it. */
interface InboxMessage {
  readonly messageId: string;
  readonly acceptedAt: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly outcome: string;
}

export const inbox: Command = {
  name: 'inbox',
  summary: 'Lists the mail that the local SES accepted, newest first; with a message id, shows its text.',
  positionals: ['[MESSAGE-ID]'],
  options: {
    to: { type: 'string', value: 'ADDRESS', help: 'only mail to this address' },
    search: {
      type: 'string',
      value: 'TEXT',
      help: 'only mail with this text in address, subject, text or tags',
    },
    limit: { type: 'string', value: 'N', help: 'how many, 20 by default' },
    raw: { type: 'boolean', help: 'with a message id: the raw source' },
    json: { type: 'boolean', help: 'machine-readable output; the tables are for people and may change' },
  },
  async run(call, { out }) {
    const limit = Number(call.text('limit') ?? 20);
    if (!Number.isInteger(limit) || limit < 1) {
      throw new UsageError('--limit takes a whole number from 1');
    }
    const { endpoint } = localPipeline();
    const [id] = call.positionals;
    if (id !== undefined) {
      const path = `/inbox/messages/${encodeURIComponent(id)}`;
      if (call.flag('raw')) {
        out(await (await get(endpoint, `${path}/raw`)).text());
        return 0;
      }
      const mail = (await (await get(endpoint, path)).json()) as { text?: string };
      out(call.flag('json') ? JSON.stringify(mail) : harmless(mail.text ?? ''));
      return 0;
    }
    const query = new URLSearchParams({ limit: String(limit) });
    for (const [name, value] of [
      ['to', call.text('to')],
      ['q', call.text('search')],
    ] as const) {
      if (value !== undefined) {
        query.set(name, value);
      }
    }
    const list = (await (await get(endpoint, `/inbox/messages?${query}`)).json()) as {
      total: number;
      messages: InboxMessage[];
    };
    out(
      call.flag('json')
        ? JSON.stringify(list)
        : `${renderTable(
            ['accepted', 'to', 'subject', 'outcome', 'message'],
            list.messages.map(({ acceptedAt, to, subject, outcome, messageId }) => [
              acceptedAt,
              to.join(', '),
              subject,
              outcome,
              messageId,
            ]),
          )}\n${list.messages.length} of ${list.total}`,
    );
    return 0;
  },
};

/** Text of a mail for a terminal: lines and tabs stay, escape sequences do not. */
function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, (character) => (character === '\r' ? '' : '�'));
}

async function get(endpoint: string, path: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(endpoint + path);
  } catch {
    throw new CommandError(`nothing answers at ${endpoint}: "npm start" runs the pipeline on this machine`);
  }
  if (!answer.ok) {
    throw new CommandError(
      answer.status === 404 ? 'there is no such mail' : `the inbox answered ${answer.status}`,
    );
  }
  return answer;
}
