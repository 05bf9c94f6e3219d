import { addressOf } from './choices.js';
import { element } from './element.js';
import { stateOf } from './findings.js';

/**
 * Links to all templates, each with its state.
 *
 * @param open - Shows a template without loading the page again.
 */
export function templateList({ drafts, current, choices, words, open }) {
  const link = (draft) => {
    const { level, label } = stateOf(draft, words);
    return element(
      'a',
      {
        href: addressOf({ ...choices, template: draft.name }),
        'aria-current': draft === current && 'page',
        click: (event) => {
          // Those ask for a tab or window of its own.
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          open(draft.name);
        },
      },
      element('span', { class: 'template' }, draft.name),
      element('span', { class: `state ${level}` }, label),
    );
  };
  return [
    element('h2', {}, words.templates),
    element('ul', {}, ...drafts.map((draft) => element('li', {}, link(draft)))),
  ];
}
