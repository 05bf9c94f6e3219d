import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Fact } from '../domain/doctor/fact.ts';
import type { Reputation } from '../domain/doctor/ses-answers.ts';
import { asked } from './asked-fact.ts';

const metrics = { bounceRate: 'Reputation.BounceRate', complaintRate: 'Reputation.ComplaintRate' } as const;

/** SES writes the rates as it counts mail, so that an account which rests has none of today. */
const lookBackMs = 14 * 86_400_000;

/** The two rates of the whole account by which SES judges it, as CloudWatch has them; a rate that it does not have is undefined. */
export async function readReputation(): Promise<Fact<Reputation>> {
  const client = new CloudWatchClient({});
  return await asked('CloudWatch', 'GetMetricData', async () => {
    const EndTime = new Date();
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(EndTime.getTime() - lookBackMs),
        EndTime,
        ScanBy: 'TimestampDescending',
        MetricDataQueries: Object.entries(metrics).map(([Id, MetricName]) => ({
          Id,
          // The same as the alarms of the stack.
          MetricStat: { Metric: { Namespace: 'AWS/SES', MetricName }, Period: 3600, Stat: 'Average' },
        })),
      }),
    );
    const newest = (wanted: keyof typeof metrics) =>
      MetricDataResults.find(({ Id }) => Id === wanted)?.Values?.[0];
    return { bounceRate: newest('bounceRate'), complaintRate: newest('complaintRate') };
  });
}
