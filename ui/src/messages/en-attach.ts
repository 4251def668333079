/** What is said of files that go with a question, in English. */
import type { ErrorWords } from './en-errors';
import { sizeIn } from './sizes';

type Values = Readonly<Partial<Record<string, string>>>;

export const attach = {
  attach: 'Attach',
  choose: 'Attach files',
  list: 'Attachments',
  size: (bytes: number) => sizeIn('en', bytes),
  pages: (count: number) => (count === 1 ? '1 page' : `${count} pages`),
  pixels: (width: number, height: number) => `${width} × ${height}`,
  show: (name: string) => `Show ${name}`,
  remove: (name: string) => `Remove ${name}`,
  reading: (name: string) => `Reading ${name}…`,
  added: (name: string) => `${name} is attached`,
  removed: (name: string) => `${name} was removed`,
  hintReading: 'A file is still being read. Then you can send.',
  pasted: 'Pasted picture',
  drop: 'Drop to attach',
  dropHint: 'Pictures, text files and PDFs',
  pdfText: 'The text of the PDF, as Copilot reads it',
  loading: 'Opening…',
  close: 'Close',
};

const file = (name: string | undefined): string => name ?? 'This file';
const size = (bytes: string | undefined): string => (bytes === undefined ? '' : sizeIn('en', Number(bytes)));
const count = (number: string | undefined): string => (number === undefined ? '' : new Intl.NumberFormat('en').format(Number(number)));

export const attachErrors = {
  'attachment-too-large': ({ name, size: is, limit }: Values): ErrorWords => ({
    title: `${file(name)} is too large`,
    text: `${is ? `It has ${size(is)} to send. ` : ''}${limit ? `At most ${size(limit)} can go along. ` : ''}Attach a part of it instead.`,
  }),
  'attachment-empty': ({ name }: Values): ErrorWords => ({
    title: `${file(name)} is empty`,
    text: 'There is nothing in it to send. Choose another file.',
  }),
  'attachment-unknown': ({ name }: Values): ErrorWords => ({
    title: `${file(name)} cannot be attached`,
    text: 'It is no picture, text or PDF that can be read here. Save it as one of these, text as UTF-8, then attach that.',
  }),
  'attachment-damaged': ({ name }: Values): ErrorWords => ({
    title: `${file(name)} cannot be read`,
    text: 'The file is damaged or not whole. Open it in its own program, save it anew, then attach that.',
  }),
  'attachment-unread': ({ name }: Values): ErrorWords => ({
    title: `${file(name)} could not be opened`,
    text: 'It may be gone, or a folder, or you may not read it. Check it, then attach it again.',
  }),
  'picture-too-large': ({ name, width, height, limit }: Values): ErrorWords => ({
    title: `${file(name)} is too large a picture`,
    text: `${width && height ? `It has ${count(width)} × ${count(height)} pixels. ` : ''}${limit ? `At most ${limit} million pixels can be taken. ` : ''}Make it smaller, then attach it again.`,
  }),
  'pdf-locked': ({ name }: Values): ErrorWords => ({
    title: `${file(name)} needs a password`,
    text: 'Open it in a PDF program, save it without the password, then attach that.',
  }),
  'pdf-without-text': ({ name }: Values): ErrorWords => ({
    title: `${file(name)} has no text in it`,
    text: 'Its pages are pictures, as a scanner makes them. Attach the pages as pictures, or run text recognition on it first.',
  }),
  'too-many-attachments': ({ limit }: Values): ErrorWords => ({
    title: 'Too many attachments',
    text: `${limit ? `At most ${limit} go with one question. ` : ''}Remove some, or send them in several questions.`,
  }),
  'model-without-vision': ({ model }: Values): ErrorWords => ({
    title: `${model ?? 'This model'} does not take pictures`,
    text: 'Choose another model, or remove the pictures. Your question and everything attached is kept.',
  }),
  'too-many-pictures': ({ model, count: has, limit }: Values): ErrorWords => ({
    title: 'Too many pictures for one question',
    text: `${limit ? `${model ?? 'This model'} takes ${limit} at once${has ? `, and ${has} are attached` : ''}. ` : ''}Remove some, or choose another model.`,
  }),
  'attachments-too-long': ({ model, size: is, limit }: Values): ErrorWords => ({
    title: 'Too much text for this model',
    text: `${is && limit ? `About ${count(is)} tokens are attached, and ${model ?? 'this model'} reads ${count(limit)}. ` : ''}Remove some of it, or choose another model.`,
  }),
};
