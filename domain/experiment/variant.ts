import { createHash } from 'node:crypto';
import { InputError } from '../errors.ts';
import type { CompiledTemplate } from '../template/compiled.ts';

/** As many as a campaign may have, in the order in which they are named. */
export const variantNames = ['A', 'B', 'C', 'D'] as const;

export type VariantName = (typeof variantNames)[number];

/** One of several mails of a campaign, of which each recipient gets one. Another subject makes another version of a template. */
export interface Variant {
  readonly name: VariantName;
  readonly template: string;
  readonly templateHash: string;
}

/** SES message tag of a mail of a campaign that counts by variant. */
export const variantTag = 'todoke-variant';

/**
 * The variant that a recipient draws: the same whenever it is asked for, another one in another campaign, and of nothing that decides on
 * canaries.
 *
 * @param recipientId - Of the address, so that it stays the same in another order of the audience.
 * @param count - Of variants, at least 1.
 */
export function drawnVariant(campaignId: string, recipientId: string, count: number): VariantName {
  const digest = createHash('sha256').update(`variant\n${campaignId}\n${recipientId}`).digest();
  const at = Math.floor((digest.readUInt32BE(0) / 2 ** 32) * Math.min(count, variantNames.length));
  return variantNames[at] ?? 'A';
}

/** The variant that a tag of a mail names. */
export function variantOfTags(tags: Readonly<Record<string, string>>): VariantName | undefined {
  return variantNames.find((name) => name === tags[variantTag]);
}

/**
 * Makes sure that templates can be variants of one campaign: what is decided once for all of its mail must be the same in each.
 *
 * @param templates - In the order of {@link variantNames}.
 * @throws InputError `variant`
 */
export function checkVariants(templates: readonly CompiledTemplate[]): void {
  if (templates.length < 2 || templates.length > variantNames.length) {
    throw refusal(`a campaign has 2 to ${variantNames.length} variants, not ${templates.length}`);
  }
  const [first] = templates;
  for (const [i, { name, category, topic }] of templates.entries()) {
    const variant = `variant ${variantNames[i]} (template ${name})`;
    if (category !== 'marketing') {
      throw refusal(`${variant} is ${category}; only marketing mail has variants`);
    }
    // Who has unsubscribed is decided by the topic, and before it is known who gets which.
    if (topic !== first?.topic) {
      throw refusal(`${variant} is of topic ${topic}, variant A of ${first?.topic}; they must be the same`);
    }
  }
  const versions = templates.map(({ name, hash }) => `${name} ${hash}`);
  const again = versions.findIndex((version, i) => versions.indexOf(version) < i);
  if (again >= 0) {
    const earlier = versions.indexOf(versions[again] ?? '');
    throw refusal(`variant ${variantNames[again]} is the same mail as variant ${variantNames[earlier]}`);
  }
}

function refusal(message: string): InputError {
  return new InputError('variant', 'variant', message);
}
