/** Finding and keeping conversations, in the scripted world. */
import type { Arguments, Answer } from '../bridge';
import type { ConversationSummary, FoundConversation, Piece, SearchPage, Turn } from '../generated';
import type { Kept, ScriptedHost } from './host';

type Name =
  | 'search'
  | 'find_in_chat'
  | 'show_turn'
  | 'turns_back_to'
  | 'archived_conversations'
  | 'pin_conversations'
  | 'archive_conversations'
  | 'delete_conversations'
  | 'restore_conversations'
  | 'delete_all_conversations'
  | 'export_conversations'
  | 'export_sealed'
  | 'import_conversations'
  | 'import_sealed'
  | 'print_page';
type Library = { [N in Name]: (args: Arguments<N>) => Answer<N> };

export function libraryOf(host: ScriptedHost): Library {
  const bin = new Map<string, Kept>();
  const change = (ids: readonly string[], shelf: ConversationSummary['shelf']): null => {
    for (const id of ids) {
      const kept = host.kept.get(id);
      if (kept) host.patch(id, [{ kind: 'summary', summary: { ...kept.summary, shelf } }]);
    }
    return null;
  };
  const remove = (id: string): void => {
    const kept = host.kept.get(id);
    if (kept) bin.set(id, kept);
    host.kept.delete(id);
    host.tell({ kind: 'conversationGone', id });
  };
  return {
    search: ({ account, query, seen }) => searched([...host.kept.values()], account, query.trim(), seen),
    find_in_chat: ({ conversation, query }) => {
      const kept = host.kept.get(conversation);
      return [...(kept?.earlier ?? []), ...(kept?.turns ?? [])]
        .map((turn) => ({ turn: turn.id, count: wordsOf(turn).toLowerCase().split(query.toLowerCase()).length - 1 }))
        .filter((one) => one.count > 0);
    },
    show_turn: () => false,
    turns_back_to: ({ conversation }) => host.kept.get(conversation)?.earlier.splice(0) ?? [],
    archived_conversations: ({ account }) => ({
      conversations: [...host.kept.values()]
        .map((kept) => kept.summary)
        .filter((row) => row.account === account && row.shelf === 'archive'),
      more: false,
    }),
    pin_conversations: ({ conversations, pinned }) => change(conversations, pinned ? 'pinned' : 'list'),
    archive_conversations: ({ conversations, archived }) => change(conversations, archived ? 'archive' : 'list'),
    delete_conversations: ({ conversations }) => {
      conversations.forEach(remove);
      return null;
    },
    restore_conversations: ({ conversations }) => {
      return conversations.filter((id) => {
        const kept = bin.get(id);
        if (!kept) return false;
        host.keep(kept);
        host.tell({ kind: 'conversation', summary: kept.summary });
        return true;
      });
    },
    delete_all_conversations: ({ account }) => {
      const all = [...host.kept.values()].filter((kept) => kept.summary.account === account);
      for (const kept of all) remove(kept.summary.id);
      return all.length;
    },
    export_conversations: ({ conversations }) => conversations?.length ?? host.kept.size,
    export_sealed: ({ conversations }) => conversations?.length ?? host.kept.size,
    import_sealed: () => ({ conversations: 2, already: 0, damaged: 0, leftOut: 0 }),
    import_conversations: () => ({ conversations: 2, already: 1, damaged: 0, leftOut: 3 }),
    print_page: () => null,
  };
}

function wordsOf(turn: Turn): string {
  const page = document.createElement('template');
  page.innerHTML = turn.blocks.map((block) => block.html).join('\n');
  return turn.text + page.content.textContent;
}

function searched(all: readonly Kept[], account: string, query: string, seen: readonly string[]): SearchPage {
  const found: FoundConversation[] = all
    .filter(({ summary }) => summary.account === account && !seen.includes(summary.id))
    .map(({ summary, turns, earlier }) => ({
      summary,
      title: pieces(summary.title, query),
      turns: [...earlier, ...turns]
        .map((turn) => ({ turn: turn.id, role: turn.role, snippet: pieces(wordsOf(turn).slice(0, 160), query), createdAt: turn.createdAt }))
        .filter((turn) => turn.snippet.some((piece) => piece.hit)),
    }))
    .filter((one) => one.turns.length > 0 || one.title.some((piece) => piece.hit))
    .sort((a, b) => b.summary.updatedAt - a.summary.updatedAt);
  return { found: found.slice(0, 20), more: found.length > 20, incomplete: false };
}

function pieces(text: string, query: string): Piece[] {
  const at = text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0) return [{ text, hit: false }];
  const end = at + query.length;
  return [
    { text: text.slice(0, at), hit: false },
    { text: text.slice(at, end), hit: true },
    { text: text.slice(end), hit: false },
  ].filter((piece) => piece.text !== '');
}
