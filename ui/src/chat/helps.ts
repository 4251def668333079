/** Which ways out a failed answer offers. */
import type { Code, Error as Failure } from '../bridge';

type Ways = {
  /** Asking again. */
  retry: boolean;
  signIn: boolean;
  /** Another model. */
  model: boolean;
  /** Another account: this one cannot use Copilot here, or not before it may again. */
  account: boolean;
  /** It passes by itself: shown as a clock, not as a fault. */
  wait: boolean;
};

const MODEL: ReadonlySet<Code> = new Set<Code>(['rate-limited', 'quota-used', 'filtered', 'too-long', 'request-refused', 'model-without-vision', 'too-many-pictures', 'attachments-too-long']);
const ACCOUNT: ReadonlySet<Code> = new Set<Code>(['no-copilot', 'copilot-not-served', 'account-not-allowed', 'quota-used']);
const WAIT: ReadonlySet<Code> = new Set<Code>(['rate-limited', 'quota-used']);

/** The ways out of a failure. */
export function helps({ code, retryable }: Failure): Ways {
  const signIn = code === 'sign-in-needed';
  // After signing in again or choosing another model the question is asked again by the same button.
  return { retry: retryable || signIn || MODEL.has(code), signIn, model: MODEL.has(code), account: ACCOUNT.has(code), wait: WAIT.has(code) };
}
