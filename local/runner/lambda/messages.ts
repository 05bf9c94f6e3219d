/** What the pool tells an environment, and what it answers. Payloads are JSON texts, as on the Runtime API. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly payload: string;
  /** Epoch milliseconds. */
  readonly deadlineMs: number;
  /** JSON of the Invoke API's client context. */
  readonly clientContext?: string;
}

export type EnvironmentMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'load-failed'; readonly error: HandlerError }
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'threw'; readonly error: HandlerError };

/** An error in the form that Lambda's Node runtime reports. */
export interface HandlerError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What an environment is started with. */
export interface EnvironmentData {
  readonly codeDirectory: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  /** PEM, for HTTPS to the API of the same stack: nothing else is trusted, since there is nothing else to be reached. */
  readonly caCertificate: string | undefined;
}
