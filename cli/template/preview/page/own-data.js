import { element } from './element.js';

/**
 * A box for template data that somebody types. It is kept in this page and nowhere else.
 *
 * @param place - The element that the box is put into.
 * @param changed - Is called after every change.
 */
export function ownData({ place, words, changed }) {
  /** By template. */
  const typed = new Map();
  const problem = element('p', { id: 'own-problem', role: 'alert' });
  let shownFor = '';
  let latest;

  const sample = () => JSON.stringify(latest.samples.sample ?? {}, undefined, 2);
  const box = element('textarea', {
    id: 'own-data',
    rows: '10',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-describedby': 'own-hint own-problem',
    input: () => {
      typed.set(shownFor, box.value);
      changed();
    },
  });
  const reset = () => {
    box.value = sample();
    typed.set(shownFor, box.value);
    changed();
  };
  const hint = element(
    'p',
    { id: 'own-hint', class: 'quiet' },
    `${words.ownHint} `,
    element('button', { type: 'button', click: reset }, words.ownReset),
  );
  const label = element('label', { for: 'own-data' }, words.ownData);

  const tell = (text) => {
    // Screen readers read an alert again whenever it is set.
    if (problem.textContent !== text) problem.textContent = text;
  };

  return {
    /** @param draft - The template to type data for; undefined hides the box. */
    show(draft) {
      latest = draft;
      const name = draft?.name ?? '';
      if (name === shownFor) return;
      shownFor = name;
      if (draft === undefined) {
        place.replaceChildren();
        return;
      }
      if (!typed.has(name)) typed.set(name, sample());
      box.value = typed.get(name);
      place.replaceChildren(label, box, problem, hint);
    },
    /** The data, or undefined while what is typed is none. */
    data({ name }) {
      try {
        const data = JSON.parse(typed.get(name) ?? '{}');
        const isData = typeof data === 'object' && data !== null && !Array.isArray(data);
        tell(isData ? '' : words.notObject);
        return isData ? data : undefined;
      } catch (error) {
        tell(words.notJson(error.message));
        return undefined;
      }
    },
  };
}
