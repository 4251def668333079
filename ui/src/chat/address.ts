/** An address in three parts, of which the middle one says whose it is; nothing for a place in the answer. */
export function partsOf(address: string): { before: string; host: string; after: string } | null {
  if (address.startsWith('#') || !URL.canParse(address)) return null;
  const { href, host, protocol, pathname } = new URL(address);
  const named = protocol === 'mailto:' ? pathname.slice(pathname.lastIndexOf('@') + 1) : host;
  // A mailbox may have its host's name before the @ too.
  const at = href.indexOf(named, protocol === 'mailto:' ? href.lastIndexOf('@', href.indexOf(pathname) + pathname.length) : 0);
  return { before: href.slice(0, at), host: named, after: href.slice(at + named.length) };
}
