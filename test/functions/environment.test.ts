import { environmentNames, readEnvironment } from '../../functions/environment.ts';

describe('readEnvironment', () => {
  it('gives the variables that are asked for', () => {
    const source = { BUCKET_NAME: 'bucket', QUEUE_URL: 'queue', OTHER: 'x' };
    expect(readEnvironment(['bucketName', 'queueUrl'], source)).toEqual({
      bucketName: 'bucket',
      queueUrl: 'queue',
    });
  });

  it('names all that are missing or empty', () => {
    const source = { BUCKET_NAME: '', QUEUE_URL: 'queue' };
    expect(() => readEnvironment(['bucketName', 'queueUrl', 'mailDomain'], source)).toThrow(
      'environment variables are not set: BUCKET_NAME, MAIL_DOMAIN',
    );
  });

  it('has no name twice', () => {
    const names = Object.values(environmentNames);
    expect(new Set(names).size).toBe(names.length);
  });
});
