/** What the list of models shows, and in which order: what fits the words that are typed, the favourites on top. */
import type { Model, Models } from '../bridge';

/** A row of the list; the one without a model leaves the choice to Copilot. */
export type Row = { id: string; model: Model | null };

/** Rows under one heading. */
export type Section = { kind: 'favourites' | 'all' | 'withheld'; rows: Row[] };

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Whether every word that was typed is somewhere in the model's name, vendor or id. */
export function fits(query: string, ...texts: (string | null)[]): boolean {
  const text = plain(texts.filter(Boolean).join(' '));
  // People type gpt5 and gpt 5 for what is written GPT-5.
  const joined = text.replace(/[\s._-]+/g, '');
  return plain(query)
    .split(/\s+/)
    .every((word) => text.includes(word) || joined.includes(word.replace(/[._-]+/g, '')));
}

/** The rows that fit, under their headings; without headings there is one section. */
export function sections(offered: Models, favourites: readonly string[], query: string, auto: string, autoId: string): Section[] {
  const row = (model: Model): Row => ({ id: model.id, model });
  const found = (models: readonly Model[]): Model[] => models.filter((model) => fits(query, model.name, model.vendor, model.id));
  const models = found(offered.models);
  const loved = favourites.flatMap((id) => models.find((model) => model.id === id) ?? []);
  const left: Row[] = offered.auto && fits(query, auto, autoId) ? [{ id: autoId, model: null }] : [];
  const all: Section[] = [
    { kind: 'favourites', rows: loved.map(row) },
    { kind: 'all', rows: [...left, ...models.filter((model) => !loved.includes(model)).map(row)] },
    { kind: 'withheld', rows: found(offered.withheld).map(row) },
  ];
  return all.filter((section) => section.rows.length > 0);
}
