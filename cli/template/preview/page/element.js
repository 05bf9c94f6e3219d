/**
 * Makes an element. Text and attributes only: nothing that a template or its data says becomes markup here.
 *
 * @param {string} tag
 * @param {Record<string, string | boolean | ((event: Event) => void)>} attributes - `true` is an attribute without a
 *   value, `false` none, a function listens to the event of that name.
 * @param {...(Node | string | undefined)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}
