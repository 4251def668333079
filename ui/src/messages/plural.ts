/** Chooses a form by a language's own rules of number: English has two forms, Chinese one, Polish four. */

/** The forms that a language has; `other` always. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The form for `count`; `#` in it becomes the number. */
export function plural(language: string, count: number, forms: Forms): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return form.replace('#', new Intl.NumberFormat(language).format(count));
}
