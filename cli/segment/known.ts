import { bucket } from '../../aws/bucket.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { contactScan } from '../../aws/contacts.ts';
import { knownRecipientsReader } from '../../aws/known-recipients.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { suppressionRecordScan } from '../../aws/suppression-scan.ts';

/** Reads what filters of segments ask about, from a stack. */
export function readKnownIn(outputs: StackOutputs) {
  return knownRecipientsReader({
    campaigns: campaignsTable(outputs.CampaignsTableName),
    bucket: bucket(outputs.BucketName),
    scanSuppressionRecords: suppressionRecordScan(outputs.SuppressionsTableName),
    scanContacts: contactScan(outputs.ContactsTableName),
  });
}
