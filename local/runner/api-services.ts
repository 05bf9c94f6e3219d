import { inboxRoutes } from '../ses/inbox.ts';
import { reputationOf } from '../ses/reputation.ts';
import { cloudFormation, type StackDescription } from './cloudformation.ts';
import { lambdaService } from './lambda/invoke-api.ts';
import { cloudWatch, cloudWatchLogs } from './metrics.ts';
import type { Runtime } from './runtime.ts';
import { schedulerService } from './scheduler-api.ts';
import { topicsService } from './topics-api.ts';

/**
 * Puts every AWS API, and the inbox, behind the gateway.
 *
 * @returns To be called with the stack's description once it is complete.
 */
export function addServices(runtime: Runtime): (description: StackDescription) => void {
  const { gateway, messaging, dynamoDb, ses, functions, asyncInvocations, eventBus, scheduler, secrets } =
    runtime;
  let stack: StackDescription | undefined;
  const services = {
    cloudformation: cloudFormation(() => stack),
    dynamodb: dynamoDb.handle,
    events: eventBus.handle,
    lambda: lambdaService(functions, asyncInvocations),
    logs: cloudWatchLogs(),
    monitoring: cloudWatch(() => reputationOf(ses.store), runtime.clock.nowMs),
    s3: messaging.s3,
    scheduler: schedulerService(scheduler),
    secretsmanager: secrets.handle,
    ses: ses.handle,
    sns: topicsService(messaging.sns, runtime.topics),
    sqs: messaging.sqs,
    sts: messaging.sts,
  };
  for (const [signingName, handler] of Object.entries(services)) {
    gateway.addService(signingName, handler);
  }
  gateway.addRoute('/inbox', inboxRoutes(ses));
  gateway.addRoute('/track', ses.track);
  return (description) => {
    stack = description;
  };
}
