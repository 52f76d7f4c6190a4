/** Path and text of one configuration file. */
export interface ConfigFile {
  /** Absolute path. */
  readonly path: string;
  /** Whole text, with a final newline. */
  readonly text: string;
}

/** First line of the files that are ours alone, for whoever opens one on the machine. */
export const HEADER = "# Written by proxmox-router: changes here are lost at its next run.";
