import { type Command, CommandError, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { actOn, graveyards, queueOption, selectionOf } from './dead-letters.ts';

export const deadLetterDrop: Command = {
  name: 'dead-letter drop',
  summary: 'Deletes messages that were given up. What was recorded of them stays.',
  positionals: ['[MESSAGE-ID…]'],
  options: {
    all: { type: 'boolean', help: 'all of them; asks for --yes' },
    yes: { type: 'boolean', help: 'do it' },
    ...queueOption,
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const selected = selectionOf(call);
    if (call.flag('all') && !call.flag('yes')) {
      throw new CommandError('this deletes all dead letters for good; repeat with --yes');
    }
    const { outputs } = await connect(call);
    const dropped = await actOn(
      graveyards(call, outputs),
      selected,
      async (letter, { deadLetters }) => await deadLetters.remove(letter),
      err,
    );
    if (dropped.length < call.positionals.length) {
      throw new CommandError(`${dropped.length} of ${call.positionals.length} were found and deleted`);
    }
    out(call.flag('json') ? JSON.stringify(dropped) : `${dropped.length} deleted`);
    return 0;
  },
};
