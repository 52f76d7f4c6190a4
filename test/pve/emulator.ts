import { type FastifyInstance } from "fastify";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type App, createApp } from "../../lab/pve/app";
import { NoopBackend } from "../../lab/pve/backend/noop";
import { type FaultFile } from "../../lab/pve/faults";
import { type Audience } from "../../lab/pve/http/server";

const lab = resolve(__dirname, "../../lab");

/** The sockets that an emulator listens on. */
type Servers = Readonly<Record<Audience, Promise<string>>>;

/** What a request was answered. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
  readonly data: unknown;
  readonly message?: string;
  readonly errors?: Readonly<Record<string, string>>;
  readonly changes?: string;
}

/** Parameters of a request; a list is sent as a repeated key. */
export type Sent = Readonly<Record<string, string | number | readonly string[]>>;

/** An emulator below a temporary directory, with guests that only pretend to run. */
export class Emulator {
  readonly root: string;
  readonly backend = new NoopBackend();
  private readonly opened: FastifyInstance[] = [];
  app: App;
  private servers: Servers;
  private generation = 0;

  constructor(root = mkdtempSync(join(tmpdir(), "pve-test-"))) {
    this.root = root;
    this.install("lab/inventory.json", join(lab, "inventory.json"));
    this.install("etc/network/interfaces", join(lab, "images/host/etc/network/interfaces"));
    this.write("lab/guest/disk.raw", "");
    truncateSync(join(root, "lab/guest/disk.raw"), 2 * 2 ** 30);
    for (const link of ["eno1", "vmbr0", "enp1s0f0", "enp1s0f1", "enp1s0f2", "enp1s0f3"]) {
      this.backend.hostLinks.set(link, { mtu: 1500, up: true });
    }
    [this.app, this.servers] = this.open();
  }

  /** Start the service anew on the same files, as after a restart. */
  restart(): void {
    [this.app, this.servers] = this.open();
  }

  /** Make a request as root@pam, unless headers say who asks. */
  async ask(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    sent: Sent = {},
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const query = new URLSearchParams(
      Object.entries(sent).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((item): [string, string] => [
          name,
          String(item),
        ]),
      ),
    ).toString();
    const inQuery = method === "GET" || method === "DELETE";
    const server = this.servers[headers === undefined ? "root" : "network"];
    const response = await send(await server, {
      method,
      path: `/api2/json${path}${inQuery && query !== "" ? `?${query}` : ""}`,
      headers: {
        ...headers,
        ...(inQuery ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      payload: inQuery ? "" : query,
    });
    const parsed = (response.body === "" ? {} : JSON.parse(response.body)) as Partial<Answer>;
    return { data: undefined, ...parsed, ...response };
  }

  /** Make a request as it stands; the socket's callers are root@pam. */
  async raw(request: Outgoing) {
    return send(await this.servers.root, request);
  }

  /** Make a request that must succeed, wait for its task, and return the data or the task's end. */
  async done(method: "GET" | "POST" | "PUT" | "DELETE", path: string, sent: Sent = {}) {
    const answer = await this.ask(method, path, sent);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.reason}`);
    const { data } = answer;
    if (typeof data !== "string" || !data.startsWith("UPID:")) return data;
    await this.app.pve.tasks.finished(data);
    return this.app.pve.tasks.state(data)?.exitstatus;
  }

  /** A clone of the template, ready to be configured. */
  async clone(vmid = 100): Promise<void> {
    const end = await this.done("POST", "/nodes/pve/qemu/9000/clone", { newid: vmid, full: 1 });
    if (end !== "OK") throw new Error(String(end));
  }

  /** A VM's configuration as the API shows it. */
  async config(vmid = 100): Promise<Record<string, unknown>> {
    return (await this.done("GET", `/nodes/pve/qemu/${vmid}/config`)) as Record<string, unknown>;
  }

  /** Declare faults to inject. */
  faults(faults: FaultFile): void {
    this.write("lab-control/faults.json", JSON.stringify(faults));
  }

  /** The content of a file of the pretended host. */
  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  /** Write a file of the pretended host. */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  /** Stop serving and forget everything. */
  async remove(): Promise<void> {
    await Promise.all(Object.values(this.servers));
    await Promise.all(this.opened.map((server) => server.close()));
    rmSync(this.root, { recursive: true, force: true });
  }

  private install(path: string, source: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    copyFileSync(source, join(this.root, path));
  }

  private open(): [App, Servers] {
    const app = createApp({ stateDir: this.root, backend: this.backend });
    this.generation += 1;
    const listen = async (audience: Audience): Promise<string> => {
      const path = join(this.root, `${audience}${this.generation}.sock`);
      const server = app.server(audience);
      this.opened.push(server);
      await server.listen({ path });
      return path;
    };
    return [app, { root: listen("root"), network: listen("network") }];
  }
}

/** A request as it goes over the wire. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string;
}

function send(socketPath: string, { method, path, headers, payload = "" }: Outgoing) {
  return new Promise<{ status: number; reason: string; body: string }>((resolve, reject) => {
    const length = payload === "" ? {} : { "content-length": String(Buffer.byteLength(payload)) };
    const call = request(
      { socketPath, method, path, headers: { ...headers, ...length } },
      (reply) => {
        let body = "";
        reply.on("data", (chunk: Buffer) => (body += chunk.toString()));
        reply.on("end", () => {
          resolve({ status: reply.statusCode ?? 0, reason: reply.statusMessage ?? "", body });
        });
      },
    );
    call.on("error", reject);
    call.end(payload);
  });
}

/** An emulator that is new for each test of a file. */
export function freshEmulator(): { readonly current: Emulator } {
  const holder: { current: Emulator } = { current: undefined as unknown as Emulator };
  beforeEach(() => {
    holder.current = new Emulator();
  });
  afterEach(() => holder.current.remove());
  return holder;
}
