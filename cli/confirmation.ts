import { type Call, CommandError, type Terminal } from './command.ts';

/**
 * Has a person say yes to what cannot be taken back: on a terminal when asked, else with `--yes`.
 *
 * @param what - A clause: `this sends mail to 3 recipients`.
 * @throws CommandError when nobody said yes
 */
export async function confirm(call: Call, { ask }: Terminal, what: string): Promise<void> {
  if (call.flag('yes')) {
    return;
  }
  if (ask === undefined) {
    throw new CommandError(`${what}; repeat with --yes`);
  }
  const answer = await ask(`${what}. Go on? [y/N] `);
  if (!/^\s*(?:y|yes|はい)\s*$/i.test(answer)) {
    throw new CommandError('nothing was sent');
  }
}
