/**
 * A compiled template: what the build makes of one folder of `templates/` and what the senders fill in.
 * It is plain JSON, holds nothing but literals and typed holes, and is stored under its content hash.
 */
export interface CompiledTemplate {
  readonly name: string;
  /** First 32 hex digits of SHA-256 over the canonical JSON of everything but this field. */
  readonly hash: string;
  readonly category: Category;
  /** What a recipient can unsubscribe from; every marketing template has one, no transactional one does. */
  readonly topic?: string;
  readonly defaultLocale: string;
  /** RFC 3834 §5, for mail that answers mail without a human. */
  readonly autoSubmitted?: AutoSubmitted;
  readonly from: { readonly localPart: string };
  /** By BCP 47 tag: `ja`, `en`. */
  readonly locales: Readonly<Record<string, CompiledLocale>>;
  /** What `data` must hold; without the names that the pipeline provides. */
  readonly schema: DataSchema;
}

export type Category = 'transactional' | 'marketing';
export type AutoSubmitted = 'auto-generated' | 'auto-replied';

export interface CompiledLocale {
  /** Display name of the RFC 5322 From header. */
  readonly fromName: string;
  readonly subject: Part;
  readonly html: Part;
  readonly text: Part;
}

/** Rendered from left to right. A string is a literal. */
export type Part = readonly Op[];
export type Op = string | ValueOp | IfOp | EachOp | FormatOp;

/** `{{order.id}}` */
export type ValueOp = readonly ['v', Path, Context];
/** `{{#if order.note}}then{{else}}otherwise{{/if}}` */
export type IfOp = readonly ['i', Path, then: Part, otherwise: Part];
/** `{{#each order.items}}body{{else}}empty{{/each}}` */
export type EachOp = readonly ['e', Path, body: Part, empty: Part];
/** `{{currency order.total 'JPY'}}` */
export type FormatOp = readonly ['f', Helper, readonly Argument[], Context];

/** How many `#each` to step out of (`../`), then property names. `[0]` alone is `this`. */
export type Path = readonly [up: number, ...names: string[]];
export type Argument = Path | string | number;
export type Helper = 'currency' | 'number' | 'date' | 'lines';

/**
 * Where a hole stands, which decides how its value is escaped:
 * `t` HTML text, `a` quoted attribute, `u` start of a URL in an attribute, `p` path or query of a URL,
 * `c` CSS value, `h` header, `x` plain text, `l` start of a URL in plain text.
 */
export type Context = 't' | 'a' | 'u' | 'p' | 'c' | 'h' | 'x' | 'l';

/** The part of JSON Schema 2020-12 that describes template data. */
export interface DataSchema extends TextForm {
  readonly type: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, DataSchema>>;
  readonly required?: readonly string[];
  readonly items?: DataSchema;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly enum?: readonly (string | number)[];
  /** Also for a decimal in a string, where a number is meant: CSV files hold nothing else. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** A narrowing's own form, where the derived schema has one already. */
  readonly allOf?: readonly TextForm[];
}

/** What a string must look like. */
export interface TextForm {
  readonly pattern?: string;
  /** Completes "x is not …". */
  readonly description?: string;
}

export type SchemaType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** Names that the pipeline puts into the data of every mail and that publishers may not set. */
export const reservedNames = ['recipient', 'unsubscribeUrl'] as const;

/** Limits that keep one mail from becoming a denial of service. */
export const limits = {
  /** `#each` inside `#each`. */
  listNesting: 4,
  /** Blocks inside blocks, of any kind. */
  blockNesting: 8,
  /** Items of one list. */
  listLength: 200,
  /** UTF-16 units of one value. */
  valueLength: 10_000,
  /** UTF-16 units of a finished subject: RFC 5322 §2.1.1 allows 998 octets a line, three of them a CJK character. */
  subjectLength: 300,
  /** UTF-16 units of one finished part. */
  outputLength: 500_000,
  /** UTF-16 units of one template source, shared parts included. */
  sourceLength: 262_144,
} as const;
