import type { ChildProcess } from "node:child_process";

/** The words that are exchanged with a machine's first process over its standard streams. */
export class Talk {
  private heard = "";
  private wrong = "";
  private ended = false;
  private listener: (() => void) | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly init: ChildProcess) {
    init.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.heard += text;
      this.listener?.();
    });
    init.stderr?.on("data", (chunk: Buffer) => (this.wrong = chunk.toString()));
    // It may end while it is spoken to.
    init.stdin?.on("error", () => undefined);
    init.once("exit", () => {
      this.ended = true;
      this.listener?.();
    });
  }

  /** Say a line. */
  say(line: string): void {
    this.init.stdin?.write(`${line}\n`);
  }

  /** What is said until some text, without it. */
  async said(end: string): Promise<string> {
    while (!this.heard.includes(end)) {
      if (this.ended) throw new Error(`the machine has ended: ${this.wrong}`);
      await new Promise<void>((resolve) => (this.listener = resolve));
    }
    const [said = "", ...rest] = this.heard.split(end);
    this.heard = rest.join(end);
    return said;
  }

  /** Say a line, and return what is said to it. One at a time. */
  ask(line: string): Promise<string> {
    const answer = this.turn.then(() => {
      this.say(line);
      return this.said("\0");
    });
    this.turn = answer.catch(() => undefined);
    return answer;
  }
}
