import type { CompiledTemplate, DataSchema, SchemaType } from './compiled.ts';

/**
 * A TypeScript declaration of what the data of every template holds, with which a notification with wrong data does
 * not compile. The same templates give the same text.
 */
export function typeScriptOf(templates: readonly CompiledTemplate[]): string {
  const sorted = [...templates].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${preamble}
/** What \`data\` holds, by template. */
export interface TemplateData {
${sorted.map(({ name, schema }) => `  ${JSON.stringify(name)}: ${typeOf(schema, '  ')};`).join('\n')}
}
${notification}`;
}

const preamble = `// Made by \`todoke template types\`: make it again when a template changes.
`;

const notification = `
export type TemplateName = keyof TemplateData;

/** The body of a message on the notifications queue. */
export type Notification<Name extends TemplateName = TemplateName> = {
  [Each in Name]: {
    /** The idempotency key: the same id is never sent twice. */
    notificationId: string;
    template: Each;
    /** Pins one version of the template. */
    templateHash?: string;
    recipient: { address: string; name?: string; locale?: string; timeZone?: string };
    data: TemplateData[Each];
    /** RFC 3339; after it the mail is worthless and is not sent. */
    expiresAt?: string;
    /** RFC 3339; before it the mail is not sent. */
    notBefore?: string;
    collapseKey?: string;
    collapseWindowSeconds?: number;
    inReplyTo?: string;
    references?: readonly string[];
    attachments?: readonly { key: string; fileName: string; contentType: string }[];
    replyTo?: string;
    tags?: Readonly<Record<string, string>>;
  };
}[Name];
`;

function typeOf(schema: DataSchema, indent: string): string {
  if (schema.enum)
    return schema.enum
      .map((value) => JSON.stringify(value))
      .concat(nullOf(schema))
      .join(' | ');
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return types.map((type) => named(type, schema, indent)).join(' | ');
}

function nullOf({ type }: DataSchema): string[] {
  return typeof type !== 'string' && type.includes('null') ? ['null'] : [];
}

function named(type: SchemaType, schema: DataSchema, indent: string): string {
  switch (type) {
    case 'array':
      return `readonly ${schema.items ? element(schema.items, indent) : 'unknown'}[]`;
    case 'object':
      return schema.properties ? membersOf(schema, indent) : 'object';
    default:
      return type;
  }
}

function element(schema: DataSchema, indent: string): string {
  const type = typeOf(schema, indent);
  return type.includes(' | ') && !type.startsWith('{') ? `(${type})` : type;
}

function membersOf(schema: DataSchema, indent: string): string {
  const inner = `${indent}  `;
  const members = Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (members.length === 0) return 'Record<string, never>';
  const lines = members.map(([name, property]) => {
    const optional = schema.required?.includes(name) ? '' : '?';
    const note = noteOf(property);
    return `${note && `${inner}/** ${note} */\n`}${inner}${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}${optional}: ${typeOf(property, inner)};`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** What the type cannot say. */
function noteOf({ description, allOf = [], enum: values, minimum, maximum, maxItems }: DataSchema): string {
  const form = allOf.at(-1)?.description ?? description;
  const bounds = [
    minimum === undefined ? '' : `at least ${minimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
    maxItems === undefined ? '' : `at most ${maxItems} items`,
  ];
  const note = [values ? '' : form, ...bounds].filter(Boolean).join('; ');
  return note.replaceAll('*/', '* /');
}
