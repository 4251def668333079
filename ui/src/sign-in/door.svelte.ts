/** The way in: what of it the person has opened, and the sign-in that this window asked for. */
import { call, failureOf, type Account, type AccountId, type Error as Failure, type SignInStep, type Way } from '../bridge';
import { app } from '../lib/app.svelte';
import { waysAt } from '../lib/policy';

/** The pages of the welcome. */
export type Page = 'ways' | 'host' | 'token';

/** Where a sign-in goes: none is the configured host, and an account signs in at its own. */
export type Aim = { host: string | null; account: AccountId | null };

const NOWHERE: Aim = { host: null, account: null };

class Door {
  /** Open although somebody is signed in: another account is being added. */
  open = $state(false);
  page = $state<Page>('ways');
  /** The page that was open before, so that the focus goes back to where it came from. */
  before = $state.raw<Page | null>(null);
  /** The company's host, as it is being typed. It outlives a sign-in that fails. */
  typed = $state('');
  /** Why the core did not take that host. */
  refused = $state.raw<Failure | null>(null);
  /** Whose token the token page is about. */
  aim = $state.raw<Aim>(NOWHERE);
  /** Something else was shown before: a screen that appears now takes the focus. */
  begun = false;

  /** This window ended the sign-in, so that nobody has come in. */
  #ended = false;
  #step: SignInStep['kind'] = 'idle';

  /** Shows the ways in to somebody who is signed in. */
  add(): void {
    this.leave();
    this.open = true;
  }

  /** Closes the door: what was typed is forgotten. */
  leave(): void {
    this.open = false;
    this.page = 'ways';
    this.before = null;
    this.typed = '';
    this.refused = null;
    this.aim = NOWHERE;
  }

  /** Opens the form for a company's host. */
  chooseHost(): void {
    this.#turn('host');
  }

  /** Opens the steps for a token. */
  token(aim: Aim): void {
    this.aim = aim;
    this.#turn('token');
    // With an account in use the chat would be shown in its place.
    this.open ||= app.account !== null;
  }

  /** One page back; from the first one, out. */
  back(): void {
    this.refused = null;
    if (this.page === 'ways' || this.aim.account !== null) this.leave();
    else this.#turn(this.page === 'token' && this.aim.host !== null && this.typed !== '' ? 'host' : 'ways');
  }

  /** Signs in. A typed host that is refused is told beside its field. */
  async enter(way: Way, { host, account }: Aim = NOWHERE): Promise<void> {
    const request = { way, host, account };
    this.#ended = false;
    this.refused = null;
    try {
      await call('sign_in', { request });
    } catch (thrown) {
      const failure = failureOf(thrown);
      const typed = host !== null && account === null && app.state?.signIn.kind === 'idle';
      if ((failure.code === 'host-refused' || failure.code === 'host-not-allowed') && typed) this.refuse(failure, host);
      else app.problem = failure;
    }
  }

  /** Signs an account in again, by the first way that can work at its host. */
  again(account: Account): void {
    const [way] = waysAt(account.host);
    if (way) this.go(way, { host: account.host, account: account.id });
  }

  /** Goes a way: a token has steps of its own before anything is asked. */
  go(way: Way, aim: Aim = NOWHERE): void {
    if (way === 'token') this.token(aim);
    else void this.enter(way, aim);
  }

  /** Says at the field why this host is not taken. */
  refuse(failure: Failure, typed: string): void {
    this.typed = typed;
    if (this.page !== 'host') this.#turn('host');
    this.refused = failure;
  }

  /** Ends the sign-in under way. */
  cancel(): void {
    this.#ended = true;
    void app.attempt(call('cancel_sign_in', {}));
  }

  /** Puts a failure away. */
  dismiss(): void {
    this.#ended = true;
    void app.attempt(call('dismiss_sign_in', {}));
  }

  /** Hears how far the sign-in is; once somebody is in, the door closes behind them. */
  follow(step: SignInStep['kind']): void {
    if (step === 'idle' && this.#step !== 'idle' && !this.#ended) this.leave();
    if (step === 'idle') this.#ended = false;
    this.#step = step;
  }

  #turn(page: Page): void {
    this.before = this.page;
    this.page = page;
  }
}

export const door = new Door();
