/** What the words of one language lack or have beside another's. */

/** Every message by its place, as `comfort.zoom`. */
function places(words: object, before = ''): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const place = before === '' ? key : `${before}.${key}`;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? places(value, place) : [place];
  });
}

/** What `words` must be given, and what nobody asks for. */
export function compared(whole: object, words: object): { missing: string[]; surplus: string[] } {
  const wanted = places(whole);
  const given = places(words);
  return { missing: wanted.filter((place) => !given.includes(place)), surplus: given.filter((place) => !wanted.includes(place)) };
}

/** Messages that no source reads. A group that is read as a whole, or by a name that comes from elsewhere, is read. */
export function unread(words: object, sources: string): string[] {
  const has = (pattern: string): boolean => new RegExp(pattern).test(sources);
  // Deeper groups are read by the code of an error, the kind of a rule, and the like; the outer ones, by part, never.
  const read = (place: string): boolean => {
    const keys = place.split('.');
    const own = keys.at(-1) ?? '';
    if (keys.length === 1) return has(`\\b(say|words)\\.${own}\\b`);
    const [first = '', ...inner] = keys.slice(0, -1);
    return has(`\\.${own}\\b`) || has(`\\.${first}\\[`) || inner.some((group) => has(`\\.${group}(\\[|\\)|,|;)`));
  };
  return places(words).filter((place) => !read(place));
}
