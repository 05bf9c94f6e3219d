import { type Command, CommandError, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { graveyards, lookAt, queueOption } from './dead-letters.ts';

export const deadLetterShow: Command = {
  name: 'dead-letter show',
  summary: 'Shows one message that was given up, with its body, which may hold personal data.',
  positionals: ['MESSAGE-ID'],
  options: { ...queueOption, ...pipelineOptions },
  async run(call, { out }) {
    const [id] = call.positionals;
    const { outputs } = await connect(call);
    const [found] = await lookAt(graveyards(call, outputs), ({ sqsMessageId }) => sqsMessageId === id, 1);
    if (found === undefined) {
      throw new CommandError(`no dead letter has the id ${id}`);
    }
    const { sqsMessageId, attributes, sentAtMs, body } = found.letter;
    const facts = { queue: found.queue, ...attributes };
    out(
      call.flag('json')
        ? JSON.stringify({ queue: found.queue, sqsMessageId, attributes, sentAtMs, body })
        : [...Object.entries(facts).map(([key, value]) => `${key}: ${value}`), '', body].join('\n'),
    );
    return 0;
  },
};
