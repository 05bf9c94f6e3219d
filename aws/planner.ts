import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Starts the planning of a campaign; Lambda queues the call and repeats it if it fails. */
export async function startPlanning(functionName: string, campaignId: string): Promise<void> {
  await new LambdaClient({}).send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'Event',
      Payload: JSON.stringify({ campaignId }),
    }),
  );
}
