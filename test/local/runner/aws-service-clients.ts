/** What every SDK client of these tests is configured with: the operator of the local pipeline. */
export function operator(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
}
