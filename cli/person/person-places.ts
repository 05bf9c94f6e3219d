/** Where else personal data is, which goes by itself, and which these commands do not look into. */
export function otherPlaces(bucketName: string): Readonly<Record<string, string>> {
  return {
    [`s3://${bucketName}/audiences/, campaigns/, attachments/`]:
      'files of campaigns and attachments; deleted after the retention days of the stage',
    'queues and dead-letter queues': 'messages that wait; deleted after 14 days at most',
    'other systems': 'whatever publishes notifications or keeps audiences',
  };
}
