import type { Bucket } from '../../aws/bucket.ts';
import { storeTemplate, type templates } from '../../aws/templates.ts';
import { commonSchema } from '../../domain/experiment/common-schema.ts';
import { withSubjects } from '../../domain/experiment/subject.ts';
import {
  checkVariants,
  type Variant,
  type VariantName,
  variantNames,
} from '../../domain/experiment/variant.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { type Call, CommandError, UsageError } from '../command.ts';

export const variantOptions = {
  variant: {
    type: 'string',
    multiple: true,
    value: 'V',
    help: 'B=TEMPLATE, B=subject=TEXT or B=subject.ja=TEXT: another mail for some; A is --template, D the last',
  },
} as const;

/** What was asked for, read before anything is looked up. */
export interface VariantsWanted {
  readonly names: readonly VariantName[];
  readonly templates: ReadonlyMap<VariantName, string>;
  /** By variant, and by locale; `*` is every locale. */
  readonly subjects: ReadonlyMap<VariantName, Readonly<Record<string, string>>>;
}

/** @throws UsageError */
export function readVariants(call: Call): VariantsWanted {
  const templateOf = new Map<VariantName, string>();
  const subjectsOf = new Map<VariantName, Record<string, string>>();
  for (const option of call.texts('variant')) {
    const [, letter = '', what = ''] = /^([A-D])=(.+)$/s.exec(option) ?? [];
    const name = variantNames.find((each) => each === letter);
    const [, locale = '*', subject] = /^subject(?:\.([\w-]+))?=(.*)$/s.exec(what) ?? [];
    if (name === undefined || (subject === undefined && !/^[a-z0-9][a-z0-9-]*$/.test(what))) {
      throw new UsageError('--variant is B=TEMPLATE, B=subject=TEXT or B=subject.ja=TEXT, from A to D');
    }
    if (subject !== undefined) {
      subjectsOf.set(name, { ...subjectsOf.get(name), [locale]: subject });
    } else if (templateOf.has(name)) {
      throw new UsageError(`--variant ${name} has two templates`);
    } else {
      templateOf.set(name, what);
    }
  }
  const given = [...templateOf.keys(), ...subjectsOf.keys()];
  const last = Math.max(-1, ...given.map((name) => variantNames.indexOf(name)));
  const names = variantNames.slice(0, last + 1);
  const missing = names.find((name) => name !== 'A' && !given.includes(name));
  if (missing !== undefined) {
    throw new UsageError(`there is a variant ${names.at(-1)}, and none ${missing}`);
  }
  const [base, ofA] = [call.text('template'), templateOf.get('A')];
  if (base !== undefined && ofA !== undefined && base !== ofA) {
    throw new UsageError('variant A is the template that --template names: give one of them');
  }
  return { names, templates: templateOf, subjects: subjectsOf };
}

/**
 * Looks up what the variants are made of, and makes versions with other subjects; nothing is written.
 *
 * @param base - Name of the template of variants that have none of their own.
 * @throws InputError `variant`, and those of the compiler; CommandError where a template is not published
 */
export async function variantMails(
  catalogue: Pick<ReturnType<typeof templates>, 'find'>,
  { names, templates: templateOf, subjects }: VariantsWanted,
  base: string,
): Promise<readonly CompiledTemplate[]> {
  const found: CompiledTemplate[] = [];
  for (const name of names) {
    const wanted = templateOf.get(name) ?? base;
    const template = await catalogue.find(wanted);
    if (template === undefined) {
      throw new CommandError(`template ${wanted} of variant ${name} is not published`);
    }
    const { '*': everywhere, ...byLocale } = subjects.get(name) ?? {};
    const all = Object.keys(template.locales).flatMap((locale) =>
      everywhere === undefined ? [] : [[locale, everywhere]],
    );
    const changed = { ...Object.fromEntries(all), ...byLocale };
    found.push(Object.keys(changed).length === 0 ? template : await withSubjects(template, changed));
  }
  if (names.length > 0) {
    checkVariants(found);
    commonSchema(found);
  }
  return found;
}

/** Stores what a campaign pins. */
export async function storeVariants(
  target: Pick<Bucket, 'put'>,
  mails: readonly CompiledTemplate[],
): Promise<readonly Variant[]> {
  const variants: Variant[] = [];
  for (const [i, mail] of mails.entries()) {
    await storeTemplate(target, mail.name, mail.hash, JSON.stringify(mail));
    variants.push({ name: variantNames[i] ?? 'A', template: mail.name, templateHash: mail.hash });
  }
  return variants;
}
