import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Finding as DoctorsFinding } from '../../domain/doctor/finding.ts';
import type { Finding as TemplatesFinding } from '../../domain/template/check/finding.ts';
import type { Call } from '../command.ts';
import type { Connection } from '../connection.ts';
import { directoryOf } from '../template/directory.ts';

/** What checks find before a campaign is sent. */
export interface FindingsBefore {
  readonly doctor: readonly DoctorsFinding[];
  /** Of the sources of its template; undefined where they are not here, or have become another version since. */
  readonly template: readonly TemplatesFinding[] | undefined;
  /** Whether the doctor would not let it start. */
  readonly blocking: boolean;
}

export async function findingsBefore(
  call: Call,
  connection: Connection,
  campaign: Campaign,
): Promise<FindingsBefore> {
  // Loaded when needed: these take longer to load than the rest of the command.
  const [{ runDoctor }, { campaignInHand }, { resolveFor }] = await Promise.all([
    import('../doctor/run-doctor.ts'),
    import('../doctor/campaign-in-hand.ts'),
    import('../doctor/resolve-for.ts'),
  ]);
  const { findings } = await runDoctor({
    connection,
    domain: connection.outputs.MailDomain,
    resolve: resolveFor(undefined, connection),
    ...(await campaignInHand(connection, campaign)),
  });
  return {
    doctor: findings,
    template: await templateFindings(directoryOf(call), campaign),
    blocking: findings.some(({ severity }) => severity === 'block'),
  };
}

async function templateFindings(
  directory: string,
  { template, templateHash }: Campaign,
): Promise<readonly TemplatesFinding[] | undefined> {
  const { checkFolder } = await import('../template/check-folder.ts');
  const { templateNames } = await import('../template/read-folder.ts');
  const names = await templateNames(directory).catch((): string[] => []);
  if (!names.includes(template)) {
    return undefined;
  }
  const [checked] = await checkFolder(directory, [template]);
  return checked?.template?.hash === templateHash ? checked.findings : undefined;
}
