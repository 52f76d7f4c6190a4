import * as pulumi from "@pulumi/pulumi";

/** One resource that a program asked for. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** Its URN, which names the type of its parent before its own. */
  readonly urn: string;
}

/** What a node prints to the commands that ask it something, by the last word of their name. */
const replies: Record<string, string> = {
  identity: JSON.stringify({
    exitcode: 0,
    exited: 1,
    "out-data":
      "ssh-ed25519 AAAAC3NzaGVzdA== root@router\n2: vm0    inet 10.99.0.123/24 brd 10.99.0.255 scope global dynamic vm0\n",
  }),
  probe: "own 2001:db8:113::10\ntarget 2001:db8:51::80\nfound on-link\n",
  lookup: [
    "path 0000:01:00",
    "id 8086:1521",
    "subsystem 8086:0001",
    "group 11",
    "port 0000:01:00.0 68:05:ca:00:01:00",
    "port 0000:01:00.1 68:05:ca:00:01:01",
    "",
  ].join("\n"),
};

/** A card's virtual functions, as many as are asked for: every other one of its bus. */
const functions = (command: string) =>
  Array.from({ length: Number(command.split(" ").at(-1)) }, (_, i) => {
    const address = `0000:01:1${i >> 2}.${(i % 4) * 2}`;
    return `${i} ${address} 02:00:00:00:00:0${i + 1} 8086:10ca 8086:a03c ${20 + i}\n`;
  }).join("");

/** What the API of Proxmox says of a node that has nothing yet. */
const NODE = {
  vms: [],
  datastores: [{ id: "local-lvm", contentTypes: ["images"], spaceAvailable: 2 ** 40 }],
};

/**
 * Run a program under Pulumi's mocks and list what it registered, in order.
 *
 * A command's output is unknown during a preview, as with the real engine. `asked` has the answers to
 * functions of providers, by their tokens.
 */
export async function deploy(
  program: (opts: pulumi.ComponentResourceOptions) => unknown,
  { preview = false, asked = {} }: { preview?: boolean; asked?: Record<string, unknown> } = {},
): Promise<Registered[]> {
  const registered: Omit<Registered, "urn">[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const resource = inputs as Record<string, unknown>;
        registered.push({ type, name, inputs: resource });
        const question = name.split("-").at(-1) ?? "";
        const stdout =
          question === "table" ? functions(String(resource["create"])) : (replies[question] ?? "");
        return {
          id: custom === false ? undefined : preview ? "" : `${name}-id`,
          state: type.startsWith("command:") && !preview ? { ...resource, stdout } : resource,
        };
      },
      call: ({ token, inputs }) =>
        asked[token] ?? { ...NODE, ...(inputs as Record<string, unknown>) },
    },
    "proxmox-router",
    "test",
    preview,
    "organization",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  // Pulumi's mock monitor has no word for hooks; the engine's tests are where they run.
  monitor.registerResourceHook = (_request, done) => done(null);
  await program({});
  await pulumi.runtime.disconnect();
  const urns = [...monitor.getRegisteredResources().keys()];
  return registered
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .map((one) => ({ ...one, urn: urns.find((urn) => urn.endsWith(`::${one.name}`)) ?? "" }));
}

interface MockMonitor {
  registerResourceHook(request: unknown, done: (error: null) => void): void;
  getRegisteredResources(): Map<string, unknown>;
}
