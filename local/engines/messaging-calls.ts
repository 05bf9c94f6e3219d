/** A message attribute in JSON: binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  /** System attributes, only those asked for: `ApproximateReceiveCount`, `SentTimestamp`… */
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MD5OfMessageAttributes?: string;
}

interface BatchResult {
  readonly Successful: readonly { readonly Id: string; readonly MessageId?: string }[];
  readonly Failed: readonly {
    readonly Id: string;
    readonly SenderFault: boolean;
    readonly Code: string;
    readonly Message?: string;
  }[];
}

type Strings = Readonly<Record<string, string>>;
type Nothing = Readonly<Record<string, never>>;

interface SentMessage {
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** The calls that need no HTTP; queues may be named instead of given by URL. */
interface MessagingCalls {
  readonly sqs: {
    CreateQueue: [{ QueueName: string; Attributes?: Strings }, { QueueUrl: string }];
    DeleteQueue: [{ QueueUrl: string }, Nothing];
    GetQueueUrl: [{ QueueName: string }, { QueueUrl: string }];
    ListQueues: [{ QueueNamePrefix?: string }, { QueueUrls: readonly string[] }];
    SetQueueAttributes: [{ QueueUrl: string; Attributes: Strings }, Nothing];
    GetQueueAttributes: [{ QueueUrl: string; AttributeNames: readonly string[] }, { Attributes: Strings }];
    PurgeQueue: [{ QueueUrl: string }, Nothing];
    SendMessage: [{ QueueUrl: string } & SentMessage, { MessageId: string }];
    SendMessageBatch: [
      { QueueUrl: string; Entries: readonly ({ readonly Id: string } & SentMessage)[] },
      BatchResult,
    ];
    ReceiveMessage: [
      {
        QueueUrl: string;
        /** 1–10. */
        MaxNumberOfMessages?: number;
        VisibilityTimeout?: number;
        WaitTimeSeconds?: number;
        MessageSystemAttributeNames?: readonly string[];
        MessageAttributeNames?: readonly string[];
      },
      { Messages: readonly ReceivedMessage[] },
    ];
    DeleteMessage: [{ QueueUrl: string; ReceiptHandle: string }, Nothing];
    DeleteMessageBatch: [
      { QueueUrl: string; Entries: readonly { Id: string; ReceiptHandle: string }[] },
      BatchResult,
    ];
    ChangeMessageVisibility: [
      { QueueUrl: string; ReceiptHandle: string; VisibilityTimeout: number },
      Nothing,
    ];
    ChangeMessageVisibilityBatch: [
      {
        QueueUrl: string;
        Entries: readonly { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[];
      },
      BatchResult,
    ];
  };
  readonly sns: {
    SetTopicAttributes: [{ TopicArn: string; AttributeName: string; AttributeValue: string }, Nothing];
    CreateTopic: [{ Name: string; Attributes?: Strings }, { TopicArn: string }];
    Subscribe: [
      { TopicArn: string; Protocol: string; Endpoint: string; Attributes?: Strings },
      { SubscriptionArn: string },
    ];
    Publish: [
      {
        TopicArn: string;
        Message: string;
        Subject?: string;
        MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
      },
      { MessageId: string },
    ];
  };
  readonly s3: {
    CreateBucket: [{ Bucket: string }, Nothing];
    PutObject: [{ Bucket: string; Key: string; Body: string | Buffer; ContentType?: string }, Nothing];
    GetObject: [{ Bucket: string; Key: string }, { Body: Buffer; ContentType?: string }];
  };
}

export type MessagingService = keyof MessagingCalls;
export type MessagingAction<S extends MessagingService> = keyof MessagingCalls[S] & string;
type Pair<S extends MessagingService, A extends MessagingAction<S>> = MessagingCalls[S][A] extends [
  infer Input,
  infer Output,
]
  ? { input: Input; output: Output }
  : never;
export type MessagingInput<S extends MessagingService, A extends MessagingAction<S>> = Pair<S, A>['input'];
export type MessagingOutput<S extends MessagingService, A extends MessagingAction<S>> = Pair<S, A>['output'];
