/**
 * Turns a run of nodes into another with as little change as possible, so that selection, focus and scroll position
 * survive while an answer is being written.
 */

/** Changes the children `old` of `parent` into `next`, in place; what follows them begins at `after`. */
export function morph(parent: Node, old: readonly ChildNode[], next: readonly ChildNode[], after: Node | null): ChildNode[] {
  const live = next.map((wanted, index) => {
    const present = old[index];
    if (!present) return parent.insertBefore(wanted, after);
    if (alike(present, wanted)) {
      update(present, wanted);
      return present;
    }
    present.replaceWith(wanted);
    return wanted;
  });
  for (const gone of old.slice(next.length)) gone.remove();
  return live;
}

function alike(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
}

function update(present: Node, wanted: Node): void {
  if (present instanceof CharacterData && wanted instanceof CharacterData) {
    updateText(present, wanted.data);
  } else if (present instanceof Element && wanted instanceof Element) {
    updateAttributes(present, wanted);
    morph(present, [...present.childNodes], [...wanted.childNodes], null);
  }
}

/** Replaces only what differs: a selection in the part that stays is kept, which assigning `data` would not do. */
function updateText(node: CharacterData, text: string): void {
  const old = node.data;
  if (old === text) return;
  if (text.startsWith(old)) {
    node.appendData(text.slice(old.length));
    return;
  }
  let same = 0;
  while (same < text.length && old.charCodeAt(same) === text.charCodeAt(same)) same++;
  node.replaceData(same, old.length - same, text.slice(same));
}

function updateAttributes(present: Element, wanted: Element): void {
  for (const { name } of [...present.attributes]) {
    if (!wanted.hasAttribute(name)) present.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (present.getAttribute(name) !== value) present.setAttribute(name, value);
  }
}
