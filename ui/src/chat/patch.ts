/** Applying a patch's steps to the turns of a conversation. Nothing is changed in place. */
import type { PatchStep, Turn } from '../bridge';

/** The turns after one step. */
export function applied(turns: readonly Turn[], step: PatchStep): readonly Turn[] {
  switch (step.kind) {
    case 'turn': {
      const known = turns.some((turn) => turn.id === step.turn.id);
      return known ? turns.map((turn) => (turn.id === step.turn.id ? step.turn : turn)) : [...turns, step.turn];
    }
    case 'grown':
      return turns.map((turn) =>
        turn.id === step.turn
          ? { ...turn, blocks: [...turn.blocks.slice(0, step.keep), ...step.blocks], tail: step.tail }
          : turn,
      );
    case 'heldUp':
      return turns.map((turn) =>
        turn.id === step.turn && turn.state.kind === 'answering' ? { ...turn, state: { ...turn.state, holdup: step.holdup } } : turn,
      );
    case 'path': {
      // Older turns of the path may not be loaded; they come with `earlier_turns`.
      const known = new Map(turns.map((turn) => [turn.id, turn]));
      return step.turns.flatMap((id) => known.get(id) ?? []);
    }
    case 'forgotten':
      return turns.map((turn) => (step.turns.includes(turn.id) ? { ...turn, remembered: false } : turn));
    case 'waiting':
    case 'summary':
      return turns;
  }
}

/** How much HTML a step adds to its turn. */
export function added(turns: readonly Turn[], step: Extract<PatchStep, { kind: 'grown' }>): number {
  const before = turns.find((turn) => turn.id === step.turn)?.tail.length ?? 0;
  return step.blocks.reduce((sum, block) => sum + block.html.length, step.tail.length - before);
}
