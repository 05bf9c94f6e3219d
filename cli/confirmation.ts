import { type Call, CommandError, type Terminal } from './command.ts';

/**
 * Has a person say yes to what cannot be taken back: on a terminal when asked, else with `--yes`.
 *
 * @param what - Makes a clause, where somebody is asked: `this sends mail to 3 recipients`.
 * @throws CommandError when nobody said yes
 */
export async function confirm(call: Call, { ask }: Terminal, what: () => Promise<string>): Promise<void> {
  if (call.flag('yes')) {
    return;
  }
  const clause = await what();
  if (ask === undefined) {
    throw new CommandError(`${clause}; repeat with --yes`);
  }
  const answer = await ask(`${clause}. Go on? [y/N] `);
  if (!/^\s*(?:y|yes|はい)\s*$/i.test(answer)) {
    throw new CommandError('nothing was sent');
  }
}
