/**
 * What a selection in an answer puts on the clipboard: formulas as the LaTeX they were made of, everything else as the
 * browser does it, which keeps the indentation of code.
 */

/** Copies a selection that holds formulas; any other is the browser's. */
export function copied(event: ClipboardEvent): void {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !event.clipboardData) return;
  const chosen = document.createElement('div');
  for (let index = 0; index < selection.rangeCount; index++) chosen.append(whole(selection.getRangeAt(index)));
  const formulas = [...chosen.querySelectorAll('.math')];
  if (formulas.length === 0) return;
  for (const formula of formulas) {
    const latex = formula.querySelector('annotation')?.textContent ?? formula.textContent;
    const marks = formula.matches('.math-display') ? '$$' : '$';
    formula.replaceWith(marks + latex + marks);
  }
  for (const tool of chosen.querySelectorAll('.code-tools')) tool.remove();
  // Laid out for a moment, out of sight: only then has it lines.
  chosen.className = 'prose copying';
  document.body.append(chosen);
  const words = chosen.innerText;
  chosen.remove();
  event.clipboardData.setData('text/plain', words);
  event.clipboardData.setData('text/html', chosen.innerHTML);
  event.preventDefault();
}

/** What is selected, with all of a formula of which only a part is. */
function whole(range: Range): DocumentFragment {
  const grown = range.cloneRange();
  const formulaAt = (node: Node): Element | null | undefined =>
    (node instanceof Element ? node : node.parentElement)?.closest('.math');
  const first = formulaAt(range.startContainer);
  const last = formulaAt(range.endContainer);
  if (first) grown.setStartBefore(first);
  if (last) grown.setEndAfter(last);
  return grown.cloneContents();
}
