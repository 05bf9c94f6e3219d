import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Starts the planning of a campaign; Lambda queues the call and repeats it if it fails. */
export async function startPlanning(functionName: string, campaignId: string): Promise<void> {
  await invoke(functionName, { campaignId });
}

/** Has the planner say what it would make of a campaign: see `rehearsalKey`. */
export async function startRehearsal(
  functionName: string,
  campaignId: string,
  rehearsalId: string,
): Promise<void> {
  await invoke(functionName, { campaignId, rehearsalId });
}

async function invoke(functionName: string, request: Readonly<Record<string, string>>): Promise<void> {
  await new LambdaClient({}).send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'Event',
      Payload: JSON.stringify(request),
    }),
  );
}
