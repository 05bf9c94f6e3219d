import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { place, type StartedCloud, startCloud } from './started-cloud.ts';

/** Runs the test when the program is there, and says aloud when it is not. */
function itWith(program: string, args: readonly string[]): typeof it | typeof it.skip {
  if (spawnSync(program, args, { stdio: 'ignore' }).status === 0) return it;
  process.stderr.write(`\nSKIPPED: ${program} ${args.join(' ')} does not work on this machine\n`);
  return it.skip;
}

let cloud: StartedCloud;
let directory: string;

beforeAll(async () => {
  cloud = await startCloud();
  directory = await mkdtemp(join(tmpdir(), 'todoke-'));
});
afterAll(async () => {
  await cloud.close();
  await rm(directory, { recursive: true });
});

/** Not synchronous: the gateway answers from this very process. */
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        AWS_ACCESS_KEY_ID: 'dummy',
        AWS_SECRET_ACCESS_KEY: 'dummy',
        AWS_DEFAULT_REGION: place.region,
        AWS_ENDPOINT_URL: cloud.gateway.endpoint,
        AWS_PAGER: '',
      },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${errors}`));
    });
  });
}

const python = `
import boto3, json
sqs, sns, s3, db, sts = [boto3.client(name) for name in ('sqs', 'sns', 's3', 'dynamodb', 'sts')]
url = sqs.create_queue(QueueName='from-python')['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
sqs.send_message(QueueUrl=url, MessageBody='届け 🎉')
message = sqs.receive_message(QueueUrl=url)['Messages'][0]
sqs.delete_message(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'])
topic = sns.create_topic(Name='from-python')['TopicArn']
sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=arn, Attributes={'RawMessageDelivery': 'true'})
sns.publish(TopicArn=topic, Message='published')
published = sqs.receive_message(QueueUrl=url)['Messages'][0]['Body']
s3.create_bucket(Bucket='from-python', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
s3.put_object(Bucket='from-python', Key='a/日本', Body='本文'.encode())
db.create_table(TableName='from-python', BillingMode='PAY_PER_REQUEST',
    AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
    KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}])
db.get_waiter('table_exists').wait(TableName='from-python')
put = lambda: db.put_item(TableName='from-python', Item={'id': {'S': 'a'}}, ConditionExpression='attribute_not_exists(id)')
put()
try:
    put()
except db.exceptions.ConditionalCheckFailedException as error:
    refused = error.response['Error']['Code']
print(json.dumps({
    'url': url, 'body': message['Body'], 'published': published, 'refused': refused,
    'object': s3.get_object(Bucket='from-python', Key='a/日本')['Body'].read().decode(),
    'empty': 'Messages' in sqs.receive_message(QueueUrl=url),
    'account': sts.get_caller_identity()['Account'],
}))
`;

describe('clients that are not JavaScript', () => {
  itWith('python3', ['-c', 'import boto3'])(
    'boto3 uses every engine',
    async () => {
      const file = join(directory, 'client.py');
      await writeFile(file, python);
      expect(JSON.parse(await run('python3', [file]))).toEqual({
        url: `${cloud.gateway.endpoint}/123456789012/from-python`,
        body: '届け 🎉',
        published: 'published',
        refused: 'ConditionalCheckFailedException',
        object: '本文',
        empty: false,
        account: place.accountId,
      });
    },
    60_000,
  );

  itWith('aws', ['--version'])(
    'the AWS CLI copies files and describes tables',
    async () => {
      const file = join(directory, 'segment.csv');
      await writeFile(file, 'address\nuser@example.com\n');
      await cloud.dynamoDb.createTable({
        TableName: 'described',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      });
      await run('aws', ['s3', 'mb', 's3://from-cli']);
      await run('aws', ['s3', 'cp', file, 's3://from-cli/segments/']);
      expect(await run('aws', ['s3', 'ls', 's3://from-cli/segments/'])).toContain('segment.csv');
      const described: unknown = JSON.parse(
        await run('aws', ['dynamodb', 'describe-table', '--table-name', 'described', '--output', 'json']),
      );
      expect(described).toMatchObject({ Table: { TableName: 'described', TableStatus: 'ACTIVE' } });
    },
    60_000,
  );
});
