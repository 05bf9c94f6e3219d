import { addressOf, readChoices } from './choices.js';
import { element } from './element.js';
import { findings } from './findings.js';
import { mailCard } from './mails.js';
import { ownData } from './own-data.js';
import { templateList } from './template-list.js';
import { toolbar } from './toolbar.js';
import { languageOf, wordsOf } from './words.js';

const at = (id) => document.getElementById(id);

/** A name as long and as awkward as people have them, for the worst case. */
const longName = '寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末 "O\'Brien" & <Söhne>';

/** A usual name, as readers of a locale write it. */
const usualName = (locale) => (locale.startsWith('ja') ? '届 花子' : 'Hanako Todoke');

let choices = readChoices(location.search);
const language = languageOf(choices.lang);
const words = wordsOf(language);
const own = ownData({ place: at('own'), words, changed: () => show() });
let drafts = [];
/** The cards of the template on show, by locale. */
let cards = new Map();
let cardsOf = '';
/** Answers that come after a newer question are dropped. */
let asked = 0;
let loading = false;
let outdated = false;

const draftOnShow = () => drafts.find(({ name }) => name === choices.template) ?? drafts[0];

function choose(name, value) {
  choices = { ...choices, [name]: value };
  history.replaceState(undefined, '', addressOf(choices));
  show();
}

function open(name) {
  choices = { ...choices, template: name };
  history.pushState(undefined, '', addressOf(choices));
  show();
  at('templates').querySelector('[aria-current]')?.focus();
}

/** One question at a time, however many templates change together. */
async function load() {
  outdated = true;
  if (loading) return;
  loading = true;
  try {
    while (outdated) {
      outdated = false;
      drafts = await (await fetch('/templates')).json();
      show();
    }
  } finally {
    loading = false;
  }
}

function show() {
  const draft = draftOnShow();
  at('templates').replaceChildren(...templateList({ drafts, current: draft, choices, words, open }));
  at('name').textContent = draft?.name ?? words.none;
  document.title = draft ? `${draft.name} – Todoke` : `${words.title} – Todoke`;
  showToolbar(draft);
  own.show(choices.data === 'own' ? draft : undefined);
  if (draft === undefined) {
    for (const id of ['findings', 'mails']) at(id).replaceChildren();
    return;
  }
  at('findings').replaceChildren(...findings(draft, words));
  showMails(draft);
}

/** Rebuilt only when it offers something else, so that the keyboard keeps its place. */
function showToolbar(draft) {
  const offers = `${draft?.locales.join()}`;
  if (at('toolbar').dataset.offers !== offers) {
    at('toolbar').dataset.offers = offers;
    at('toolbar').replaceChildren(...toolbar({ choices, draft, words, language, choose }));
  }
  for (const radio of at('toolbar').querySelectorAll('input')) {
    radio.checked = choices[radio.name] === radio.value;
  }
  if (draft && choices.locale !== 'all' && !draft.locales.includes(choices.locale)) {
    const all = at('toolbar').querySelector('input[name=locale][value=all]');
    if (all) all.checked = true;
  }
}

async function showMails(draft) {
  asked += 1;
  const question = asked;
  const data = choices.data === 'own' ? own.data(draft) : choices.data;
  if (data === undefined) return;
  const chosen = draft.locales.filter((locale) => choices.locale === locale);
  const locales = chosen.length > 0 ? chosen : draft.locales;
  const nameIn = choices.data === 'sample.worst' ? () => longName : usualName;
  const answers = await Promise.all(
    locales.map((locale) =>
      ask({
        template: draft.name,
        locale,
        data,
        ...(choices.recipient === 'named' && { recipientName: nameIn(locale) }),
      }),
    ),
  );
  if (question !== asked) return;
  if (cardsOf !== draft.name) cards = new Map();
  cardsOf = draft.name;
  for (const locale of locales) if (!cards.has(locale)) cards.set(locale, mailCard(locale));
  const shown = locales.map((locale) => cards.get(locale));
  for (const [i, card] of shown.entries()) {
    if (answers[i].error === undefined) card.show({ answer: answers[i], draft, choices, words, language });
  }
  place(
    draft.locales.length === 0
      ? [element('p', { class: 'quiet' }, words.neverCompiled)]
      : [
          ...(choices.appearance === 'inverted'
            ? [element('p', { class: 'quiet remark' }, words.inverted)]
            : []),
          ...shown.map(({ root }) => root),
        ],
  );
  at('mails').dataset.shown = String(question);
}

/** Leaves in their place the cards that stay: a frame that is moved loads again. */
function place(wanted) {
  const mails = at('mails');
  for (const child of [...mails.children]) if (!wanted.includes(child)) child.remove();
  for (const [i, child] of wanted.entries()) {
    if (mails.children[i] !== child) mails.insertBefore(child, mails.children[i] ?? null);
  }
}

async function ask(question) {
  const answer = await fetch('/mails', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  return await answer.json();
}

function follow() {
  const changes = new EventSource('/changes');
  const tell = (text, lost = false) => {
    at('status').textContent = text;
    at('status').classList.toggle('lost', lost);
  };
  changes.addEventListener('open', () => {
    tell(words.live);
    load();
  });
  changes.addEventListener('error', () => tell(words.lost, true));
  changes.addEventListener('change', async () => {
    await load();
    tell(words.updated(new Date().toLocaleTimeString(language)));
  });
}

document.documentElement.lang = language;
at('title').textContent = words.title;
at('skip').textContent = words.skip;
at('templates').setAttribute('aria-label', words.templates);
at('findings').setAttribute('aria-label', words.findings);
const other = language === 'ja' ? 'en' : 'ja';
at('language').textContent = words.otherLanguage;
at('language').lang = other;
at('language').addEventListener('click', (event) => {
  event.preventDefault();
  location.search = addressOf({ ...choices, lang: other });
});
addEventListener('popstate', () => {
  choices = readChoices(location.search);
  show();
});
follow();
