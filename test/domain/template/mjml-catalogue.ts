import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

interface Component {
  /** By name: `color`, `unit(px,%){1,4}`, `enum(left,right)` and the like. */
  readonly allowedAttributes?: Readonly<Record<string, string>>;
  /** Holds HTML or text. */
  readonly endingTag?: boolean;
}

/** One element of MJML with attributes, in a mail around it that MJML's validator accepts. */
export interface Specimen {
  readonly element: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Every element that MJML registers, with every attribute that its validator knows for it. */
export function specimens(): Specimen[] {
  return Object.entries(components).flatMap(([element, { allowedAttributes = {} }]) => {
    const values = Object.entries(allowedAttributes).map(
      ([name, type]) => [name, valuesOf(name, type)] as const,
    );
    const most = Math.max(1, ...values.map(([, each]) => each.length));
    return Array.from({ length: most }, (_, n) => ({
      element,
      attributes: Object.fromEntries(values.map(([name, each]) => [name, each[n % each.length] ?? ''])),
    }));
  });
}

export function mailWith({ element, attributes }: Specimen): string {
  const inside = `<${element}${written(attributes)}>${contentOf(element)}</${element}>`;
  const mail = around(element, inside);
  return mail.includes('<mj-body') ? mail : mail.replace('</mjml>', '<mj-body></mj-body></mjml>');
}

/** The same attributes, as those that all such elements have. */
export function mailWithDefaults({ element, attributes }: Specimen): string {
  return withHead(element, `<${element}${written(attributes)} />`);
}

/** The same attributes, as those that all elements of whatever kind have. */
export function mailWithDefaultsOfAll({ element, attributes }: Specimen): string {
  return withHead(element, `<mj-all${written(attributes)} />`);
}

/** The same attributes, as those that such elements have inside one with a class. */
export function mailWithDefaultsOfClass({ element, attributes }: Specimen): string {
  return withHead(element, `<mj-class name="c"><${element}${written(attributes)} /></mj-class>`).replace(
    '<mj-body>',
    '<mj-body mj-class="c">',
  );
}

/** The same attributes, by way of a class. */
export function mailWithClass({ element, attributes }: Specimen): string {
  return withHead(element, `<mj-class name="c"${written(attributes)} />`, { 'mj-class': 'c' });
}

function withHead(element: string, attributes: string, own: Readonly<Record<string, string>> = {}): string {
  const head = `<mj-head><mj-attributes>\n${attributes}\n</mj-attributes></mj-head>`;
  return mailWith({ element, attributes: own }).replace('<mjml>', `<mjml>${head}`);
}

function written(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}

load('mjml');
const { components }: { components: Readonly<Record<string, Component>> } = load('mjml-core');
const { dependencies }: { dependencies: Readonly<Record<string, readonly unknown[]>> } =
  load('mjml-validator');

function around(element: string, inside: string): string {
  if (element === 'mjml') return inside;
  const parent = Object.keys(dependencies).find((name) => dependencies[name]?.includes(element));
  if (parent === undefined) throw new Error(`nothing may hold ${element}`);
  const start = element === 'mj-carousel-image' ? `${inside}${inside}` : inside;
  return around(parent, `<${parent}>\n${start}\n</${parent}>`);
}

function contentOf(element: string): string {
  const first = dependencies[element]?.find((child) => child !== 'mj-raw');
  if (element === 'mj-breakpoint' || element === 'mj-carousel-image') return '';
  if (element === 'mj-style') return 'a { color: red }';
  if (element === 'mj-table') return '<tr><td>a</td></tr>';
  if (element === 'mj-attributes') return '<mj-all color="#123456" />';
  if (components[element]?.endingTag) return 'a <b>b</b>';
  if (typeof first !== 'string') return '';
  const more = first === 'mj-carousel-image' ? ' src="https://example.com/a.png"' : '';
  return `<${first}${more}>${contentOf(first)}</${first}>`.repeat(2);
}

function valuesOf(name: string, type: string): string[] {
  const [, kind = '', list = '', repeated] = /^(\w+)(?:\(([^)]*)\))?(\{1,4\})?$/.exec(type) ?? [];
  const allowed = list.split(',');
  switch (kind) {
    case 'color':
      return ['#0a1b2c', 'red', 'rgba(1, 2, 3, 0.5)', 'transparent'];
    case 'boolean':
      return ['true', 'false'];
    case 'integer':
      return ['0', '3'];
    case 'enum':
      return allowed;
    case 'unit':
    case 'unitWithNegative': {
      const each = allowed.map((unit) => (unit === 'auto' ? unit : `${unit === '' ? '1.5' : '20'}${unit}`));
      return repeated ? [...each, '1px 2px', '1px 2px 3px 4px'] : each;
    }
    default:
      return stringsOf(name);
  }
}

function stringsOf(name: string): string[] {
  if (name === 'name') return ['github', 'facebook-noshare', 'other'];
  if (name === 'mode') return ['fluid-height', 'fixed-height'];
  if (name === 'inline') return ['inline', 'none'];
  if (/url$|href|src$|icon$/.test(name))
    return ['https://example.com/a?b=1&c=2', "https://example.com/it's a.png"];
  if (/^(?:inner-)?border(?:-(?:top|right|bottom|left))?$|^tb-border$/.test(name))
    return ['1px solid #abc', 'none'];
  if (/radius$/.test(name)) return ['3px', '10px 50%'];
  if (/position/.test(name)) return ['center', '10px'];
  return ['a', 'A b &amp; c', ''];
}
