import { environmentNames } from '../functions/environment.ts';
import type { CampaignPlanner } from './campaign-planner.ts';
import type { QueueWorker } from './queue-worker.ts';
import type { Stage } from './stage.ts';

/** The guardrails of a stage as functions read them. */
export function guardrailsOf({ guardrails, maxConcurrency }: Stage): string {
  return JSON.stringify({ ...guardrails, chunksInFlight: maxConcurrency.chunks });
}

/** Lets a worker judge campaigns, and have the planner release what follows a canary that passed. */
export function letJudge(worker: QueueWorker, planner: CampaignPlanner, stage: Stage): void {
  worker.function.addVariables({
    [environmentNames.guardrails]: guardrailsOf(stage),
    [environmentNames.planCampaignFunctionName]: planner.function.function.functionName,
  });
  planner.grantStart(worker);
}
