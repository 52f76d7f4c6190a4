/** What a machine is made of. */
export interface MachineOptions {
  /**
   * What `sh` is on it.
   * @default "dash"
   */
  readonly shell?: "dash" | "busybox" | "bash";
  /**
   * Whether waiting costs little time: every `sleep` is as short.
   * @default true
   */
  readonly hasty?: boolean;
  /**
   * How long a `sleep` takes on a hasty machine, in milliseconds.
   * @default 50
   */
  readonly sleepMs?: number;
  /**
   * Whether its disk is memory, which loses nothing that it was told to sync, and costs no time.
   * @default false
   */
  readonly inMemory?: boolean;
  /**
   * Commands that others put their own in force with at boot.
   * @default ""
   */
  readonly boot?: string;
  /**
   * Commands that start what is to start at boot.
   * @default the agent, as its two units would
   */
  readonly services?: string;
}
