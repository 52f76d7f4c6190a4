/** Wraps one long step, so that people see what is going on and for how long. */
export type Progress = <T>(label: string, work: () => Promise<T>) => Promise<T>;

const REPEAT_MS = 15_000;

/** Says on standard error when a step starts, every 15 seconds that it lasts, and how it ended. */
export const consoleProgress: Progress = async (label, work) => {
  const start = Date.now();
  const say = (what: string) => process.stderr.write(`${label} ${what}\n`);
  const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;

  say("...");
  const timer = setInterval(() => say(`... ${elapsed()}`), REPEAT_MS);
  try {
    const result = await work();
    say(`done in ${elapsed()}`);
    return result;
  } catch (error) {
    say(`failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
};

/** Says nothing. */
export const quiet: Progress = (_label, work) => work();
