import { type Command, CommandError, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { actOn, graveyards, queueOption, selectionOf } from './dead-letters.ts';

export const deadLetterRedrive: Command = {
  name: 'dead-letter redrive',
  summary: 'Puts messages back on the queue where they came from, once what was wrong is mended.',
  positionals: ['[MESSAGE-ID…]'],
  options: {
    all: { type: 'boolean', help: 'all of them' },
    ...queueOption,
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const selected = selectionOf(call);
    const { outputs } = await connect(call);
    // Sent before it is deleted: a crash between the two leaves it twice, and the claim sees to it that it is mailed once.
    const redriven = await actOn(
      graveyards(call, outputs),
      selected,
      async (letter, { source, deadLetters }) => {
        await source.send(letter.body);
        await deadLetters.remove(letter);
      },
      err,
    );
    if (redriven.length < call.positionals.length) {
      throw new CommandError(
        `${redriven.length} of ${call.positionals.length} were found and put back on their queue`,
      );
    }
    out(call.flag('json') ? JSON.stringify(redriven) : `${redriven.length} put back on their queue`);
    return 0;
  },
};
