// Finds elements by role and accessible name. Runs in the page, as the body of a function: `steps` is its
// first argument, `use` (what to do with the elements) its second.
const [steps, use, detail] = arguments;

const selectors = {
  alert: '', article: 'article', button: 'button, summary, input[type=button], input[type=submit], input[type=reset]',
  banner: 'header', checkbox: 'input[type=checkbox]', combobox: 'select', complementary: 'aside',
  dialog: 'dialog[open]', form: 'form', group: 'fieldset, details', heading: 'h1, h2, h3, h4, h5, h6', img: 'img, svg[aria-label]',
  link: 'a[href]', list: 'ul, ol', listitem: 'li', log: '', main: 'main', mark: 'mark', navigation: 'nav', option: 'option',
  progressbar: 'progress', radio: 'input[type=radio]', region: 'section', searchbox: 'input[type=search]', separator: 'hr',
  slider: 'input[type=range]', status: 'output', table: 'table',
  textbox: 'textarea, input:not([type]), input[type=text], input[type=email], input[type=url], input[type=tel], ' +
    'input[type=password], [contenteditable=""], [contenteditable=true], [contenteditable=plaintext-only]',
};
const namedByContent = new Set(['button', 'checkbox', 'heading', 'link', 'menuitem', 'menuitemcheckbox', 'menuitemradio',
  'option', 'radio', 'switch', 'tab', 'treeitem', 'cell', 'columnheader', 'row', 'mark']);

const tidy = (text) => text.replace(/\s+/g, ' ').trim();
const offered = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden=true], [inert]');

function content(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true') return '';
  if (node.hasAttribute('aria-label')) return node.getAttribute('aria-label');
  if (node.matches('img')) return node.alt;
  if (node.matches('svg')) return node.querySelector('title')?.textContent ?? '';
  if (!node.checkVisibility({ visibilityProperty: true })) return '';
  const inner = [...node.childNodes].map(content).join('');
  return getComputedStyle(node).display.startsWith('inline') ? inner : ` ${inner} `;
}

function nameOf(element, role) {
  const ids = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
  const labelled = ids.map((id) => element.ownerDocument.getElementById(id)).filter(Boolean).map((label) => label.getAttribute('aria-label') ?? label.textContent);
  const candidates = [
    () => labelled.join(' '),
    () => element.getAttribute('aria-label') ?? '',
    () => [...(element.labels ?? [])].map(content).join(' '),
    () => element.getAttribute('alt') ?? '',
    () => (element.matches('fieldset') ? content(element.querySelector('legend') ?? new Text('')) : ''),
    () => (element.matches('input[type=button], input[type=submit], input[type=reset]') ? element.value : ''),
    () => (namedByContent.has(role) ? [...element.childNodes].map(content).join('') : ''),
    () => element.getAttribute('title') ?? '',
    () => element.getAttribute('placeholder') ?? '',
  ];
  for (const candidate of candidates) {
    const name = tidy(candidate());
    if (name) return name;
  }
  return '';
}

function withRole(root, role) {
  const selector = [`[role~="${role}"]`, selectors[role]].filter(Boolean).join(', ');
  return [...root.querySelectorAll(selector)].filter((element) => {
    const stated = element.getAttribute('role');
    return (stated === null || stated.trim().split(/\s+/)[0] === role) && offered(element);
  });
}

function find() {
  let found = [document];
  for (const step of steps) {
    found = [...new Set(found.flatMap((root) => withRole(root, step.role)))].filter((element) =>
      (step.name === null || nameOf(element, step.role) === step.name) &&
      (step.name_part === null || nameOf(element, step.role).includes(step.name_part)) &&
      (step.text === null || element.innerText.includes(step.text)));
    if (step.nth !== null) found = [found.at(step.nth)].filter(Boolean);
  }
  return found;
}

const uses = {
  elements: () => find(),
  count: () => find().length,
  texts: () => find().map((element) => element.innerText),
  values: () => find().map((element) => element.value ?? element.innerText),
  attributes: () => find().map((element) => element.getAttribute(detail)),
  focused: () => find().map((element) => element === document.activeElement),
  enabled: () => find().map((element) => !element.matches(':disabled') && element.getAttribute('aria-disabled') !== 'true'),
  // What a person could read and use, for the report of a failure.
  page: () => {
    const controls = ['alert', 'status', 'dialog', 'button', 'link', 'textbox', 'searchbox', 'article', 'log', 'navigation', 'menuitem']
      .map((role) => [role, withRole(document, role).map((element) => nameOf(element, role))])
      .filter(([, names]) => names.length > 0)
      .map(([role, names]) => `${role}: ${names.map((name) => JSON.stringify(name)).join(', ')}`);
    return `${document.title} <${location.origin}${location.pathname}>\n${document.body?.innerText ?? ''}\n-- by role --\n${controls.join('\n')}`;
  },
};
return uses[use]();
