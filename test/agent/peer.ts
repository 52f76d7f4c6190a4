import { type CommandResult } from "../../lab/host/command";
import type { Machine } from "./machine";

/** Another host, in a namespace, at a card of a machine that was made for it. */
export class Peer {
  private constructor(
    private readonly machine: Machine,
    /** Number of a process on it, as the machine counts them. */
    readonly pid: string,
    /** Hardware address of its card `far`. */
    readonly mac: string,
  ) {}

  /** Put one at the other end of a new card. */
  static async at(machine: Machine, card: string): Promise<Peer> {
    const { stdout } = await machine.exec(
      [
        "set -e",
        "unshare -n busybox sleep 3600 </dev/null >/dev/null 2>&1 &",
        'until [ "$(readlink /proc/$!/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done',
        `ip link add ${card} type veth peer name far netns $!`,
        `ip link set ${card} up`,
        "nsenter -t $! -n ip link set far up",
        "echo $!",
        "nsenter -t $! -n ip -o link show far | sed 's/.*ether //; s/ .*//'",
      ].join("\n"),
    );
    const [pid = "", mac = ""] = stdout.trim().split("\n");
    return new Peer(machine, pid, mac);
  }

  /** The namespace of its network. */
  get network(): string {
    return `${this.machine.root}/proc/${this.pid}/ns/net`;
  }

  /** Run a script on it. */
  exec(script: string): Promise<CommandResult> {
    return this.machine.exec(`exec nsenter -t ${this.pid} -n sh -c '${script}'`);
  }
}
