/** One template with everything it is made of, as read from its folder; strings and positions only, no files. */
export interface TemplateSource {
  readonly name: string;
  /** Text of `template.mjml`. */
  readonly mjml: string;
  readonly meta: TemplateMeta;
  /** By locale: the strings of `<locale>.yaml`, nested keys joined with dots. */
  readonly messages: Readonly<Record<string, Messages>>;
  /** By name: the text of `_shared/<name>.mjml`. */
  readonly sharedParts: Readonly<Record<string, string>>;
  /** By locale: the strings of `_shared/<locale>.yaml`. */
  readonly sharedMessages: Readonly<Record<string, Messages>>;
  /** What `schema.overrides.yaml` says, when there is one. */
  readonly overrides?: unknown;
  /** Hosts that links and images may point to, `*.example.com` included; without it, any. */
  readonly hosts?: readonly string[];
  /** By file (`ja.yaml`, `_shared/ja.yaml`): the text that the strings were read from, for line numbers. */
  readonly stringFiles?: Readonly<Record<string, string>>;
}

export type Messages = Readonly<Record<string, string>>;

/** `meta.yaml`. */
export interface TemplateMeta {
  readonly category: 'transactional' | 'marketing';
  readonly topic?: string;
  readonly defaultLocale: string;
  readonly autoSubmitted?: 'auto-generated' | 'auto-replied';
  readonly from: { readonly localPart: string };
  /** ISO 4217 code for `{{currency x}}` without one of its own. */
  readonly currency?: string;
  /** IANA name for `{{date x 'long'}}` without one of its own. */
  readonly timeZone?: string;
}

/** Turns MJML into HTML, strictly; the command line passes MJML itself in. */
export type MjmlCompiler = (mjml: string) => Promise<MjmlResult>;

export interface MjmlResult {
  readonly html: string;
  /** What MJML's validator rejects; lines count from 1. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

/** Takes note of something wrong at an offset of the text at hand. */
export type Report = (code: string, offset: number, message: string) => void;
