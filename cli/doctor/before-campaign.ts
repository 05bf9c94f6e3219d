import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Resolve } from '../../domain/doctor/dns.ts';
import type { Fact } from '../../domain/doctor/fact.ts';
import { CommandError, type Terminal } from '../command.ts';
import type { Connection } from '../connection.ts';
import { campaignInHand } from './campaign-in-hand.ts';
import { renderFindings } from './report.ts';
import { resolveFor } from './resolve-for.ts';
import { runDoctor } from './run-doctor.ts';

/**
 * Says what would keep the mail of a campaign from arriving. The pipeline on this machine sends nothing to anybody, so that there
 * nothing is stopped.
 *
 * @param resolve - The DNS; by default that of a deployed stack, and none of the pipeline on this machine.
 * @throws CommandError when something blocks it; the draft stays as it is
 */
export async function doctorBeforeCampaign(
  connection: Connection,
  campaign: Campaign,
  { err }: Pick<Terminal, 'err'>,
  resolve: Fact<Resolve> = resolveFor(undefined, connection),
): Promise<void> {
  const local = connection.localEndpoint !== undefined;
  const { findings } = await runDoctor({
    connection,
    domain: connection.outputs.MailDomain,
    resolve,
    ...(await campaignInHand(connection, campaign)),
  });
  if (local) {
    err('doctor: the DNS is not looked at for the pipeline on this machine');
  }
  const serious = findings.filter(({ severity }) => severity !== 'info');
  if (serious.length > 0) {
    err(renderFindings(serious, 'en'));
  }
  const blocking = serious.filter(({ severity }) => severity === 'block').map(({ code }) => code);
  if (blocking.length > 0 && !local) {
    throw new CommandError(
      `not started: ${blocking.join(', ')}. Mend that, then "todoke campaign start ${campaign.name}"; or repeat it with --ignore-doctor`,
    );
  }
}
