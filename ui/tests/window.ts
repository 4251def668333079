/** The whole window on a scripted host, as a person meets it. */
import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import App from '../src/App.svelte';
import { connect } from '../src/bridge';
import type { Account, ConversationSummary, Models } from '../src/bridge';
import { NO_CHOICES, listOf, model } from '../src/bridge/scripted/catalogue';
import { ScriptedHost, freshState, type StateChange } from '../src/bridge/scripted/host';
import { desk } from '../src/chat/desk.svelte';
import { door } from '../src/sign-in/door.svelte';

export const ADA: Account = {
  id: 'github.com/7',
  host: 'github.com',
  login: 'ada-lind',
  name: 'Ada Lind',
  avatar: null,
  state: 'signedIn',
  kept: true,
  missingScopes: [],
  copilot: { kind: 'unknown' },
  membership: { kind: 'open' },
  spent: 0,
  choices: NO_CHOICES,
};

export const MODELS: Models = listOf({
  models: [
    model({ id: 'gpt', name: 'GPT-5.1', inputPrice: 125, outputPrice: 1000 }),
    model({ id: 'sonnet', name: 'Sonnet', multiplier: 1 }),
  ],
});

/** A row of the list. */
export function row(id: string, change: Partial<ConversationSummary> = {}): ConversationSummary {
  return { id, account: ADA.id, title: id, createdAt: Date.now(), updatedAt: Date.now(), draft: false, answering: false, shelf: 'list', ...change };
}

/** A host with nobody signed in. */
export function stranger(change: StateChange = {}): ScriptedHost {
  return new ScriptedHost(freshState(change), MODELS);
}

/** A host with Ada signed in. */
export function ada(change: StateChange = {}): ScriptedHost {
  return stranger({ accounts: [ADA], account: ADA.id, ...change });
}

/** Opens the window on a host and waits until it has settled. */
export async function open(host: ScriptedHost): Promise<void> {
  desk.leave();
  door.leave();
  connect(host);
  host.asked.length = 0;
  render(App);
  await settled();
}

/** Waits for promises, effects and the next frame. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 6; i++) {
    await Promise.resolve();
    await tick();
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  await tick();
}

/** What is said of a control: its label, or the words on it that are not kept from being read out. */
export function spoken(control: Element): string {
  const words = control.cloneNode(true) as Element;
  for (const silent of words.querySelectorAll('[aria-hidden=true]')) silent.remove();
  return control.getAttribute('aria-label') ?? words.textContent.trim();
}
