/** Which chats are about to be exported, and how that went. */
import { call, type ExportFormat, type ExportWords } from '../bridge';
import { app } from '../lib/app.svelte';
import { fullDay, language, say } from '../messages/say.svelte';
import { toast } from './toast.svelte';

class Exporting {
  /** The chats that the person is asked about; none while nobody is asked. */
  chats = $state.raw<readonly string[] | null>(null);
  busy = $state.raw(false);

  /** Asks in which format. */
  ask(chats: readonly string[]): void {
    this.chats = chats;
  }

  cancel(): void {
    this.chats = null;
  }

  /** Writes them into a file of the person's choice; all of the account's where none are named. Answers with the words for it. */
  async write(chats: readonly string[] | null, format: ExportFormat, passphrase: string | null = null): Promise<string> {
    const account = app.account?.id;
    if (account === undefined || this.busy) return '';
    this.busy = true;
    let done = '';
    const conversations = chats === null ? null : [...chats];
    const work = async (): Promise<void> => {
      const count =
        passphrase === null
          ? await call('export_conversations', { account, conversations, format, words: words() })
          : await call('export_sealed', { account, conversations, passphrase });
      if (count === null) return;
      done = say.find.exported(count);
      toast.say(done);
    };
    await app.attempt(work());
    this.busy = false;
    return done;
  }
}

function words(): ExportWords {
  const day = fullDay(Date.now());
  const stopped = say.find.stopped;
  const failed = say.find.failed;
  const footer = say.find.footer;
  return { language: language(), you: say.you, copilot: say.copilot, stopped, failed, footer: footer(day), alerts: say.alerts };
}

export const exporting = new Exporting();
