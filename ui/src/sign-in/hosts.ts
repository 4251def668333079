/** What the window must know of a host to say the right thing about it. Whether it may be used, the core decides. */

/** Whether Copilot is served there: on github.com and its tenants, not on a GitHub Enterprise Server. */
export function servesCopilot(host: string): boolean {
  return host === 'github.com' || /^[a-z0-9-]+\.ghe\.com$/.test(host);
}

/** The page where a fine-grained token is made; none where its address is not known for sure. */
export function tokenPage(host: string): string | null {
  return servesCopilot(host) ? `https://${host}/settings/personal-access-tokens/new` : null;
}

/** A typed host as it would be written, for comparing and showing; what is no host stays as it is. */
export function written(typed: string): string {
  return typed.trim().toLowerCase().replace(/^https:\/\//, '').replace(/\/$/, '');
}
