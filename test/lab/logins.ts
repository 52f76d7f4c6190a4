import { atConsole } from "./bridge-host";

/** How often somebody has logged in to the host; the question is put at its console. */
export async function logins(): Promise<number> {
  // What the SSH server tells the journal is there some time later.
  const accepted = "journalctl -u ssh -q -o cat --grep 'Accepted publickey'";
  return Number(await atConsole(`journalctl --sync && ${accepted} | wc -l`));
}
