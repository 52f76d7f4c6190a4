import { die } from "../api/error";
import { many, need, type Router, text } from "../api/router";
import { type Pve } from "../pve";
import { agentEnabled } from "./plan";

const READS = {
  "get-fsinfo": "guest-get-fsinfo",
  "get-host-name": "guest-get-host-name",
  "get-osinfo": "guest-get-osinfo",
  "get-time": "guest-get-time",
  "get-timezone": "guest-get-timezone",
  "get-users": "guest-get-users",
  "get-vcpus": "guest-get-vcpus",
  info: "guest-info",
  "network-get-interfaces": "guest-network-get-interfaces",
};

const WRITES = {
  "fsfreeze-status": "guest-fsfreeze-status",
  "fsfreeze-freeze": "guest-fsfreeze-freeze",
  "fsfreeze-thaw": "guest-fsfreeze-thaw",
  fstrim: "guest-fstrim",
  ping: "guest-ping",
  shutdown: "guest-shutdown",
};

/** What the agent says of a process it started. */
interface ExecStatus {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly signal?: number;
  readonly "out-data"?: string;
  readonly "err-data"?: string;
}

/** Calls that a guest's agent answers. */
export function agentRoutes(router: Router, pve: Pve): void {
  const { vms, backend, faults } = pve;
  const base = "/nodes/{node}/qemu/{vmid}/agent";

  const ask = async (vmid: string, command: string, args?: unknown): Promise<unknown> => {
    if (!agentEnabled(vms.keys(vmid))) die("No QEMU guest agent configured");
    if ((await backend.vmProcess(vmid)) === undefined) die(`VM ${vmid} is not running`);
    if (faults.agent(vmid) !== undefined) die("QEMU guest agent is not running");
    return backend.agent(vmid, command, args);
  };

  for (const [name, command] of Object.entries(READS)) {
    router.on("GET", `${base}/${name}`, async ({ params }) => ({
      result: await ask(need(params, "vmid"), command),
    }));
  }
  for (const [name, command] of Object.entries(WRITES)) {
    router.on("POST", `${base}/${name}`, async ({ params }) => ({
      result: await ask(need(params, "vmid"), command),
    }));
  }
  router.on("POST", base, async ({ params }) => ({
    result: await ask(need(params, "vmid"), `guest-${need(params, "command")}`),
  }));

  router.on("POST", `${base}/exec`, async ({ params }) => {
    const [path = "", ...arg] = many(params, "command");
    const input = text(params, "input-data");
    const answer = (await ask(need(params, "vmid"), "guest-exec", {
      path,
      arg,
      "capture-output": true,
      ...(input === undefined ? {} : { "input-data": Buffer.from(input).toString("base64") }),
    })) as { pid: number };
    return { pid: answer.pid };
  });

  router.on("GET", `${base}/exec-status`, async ({ params }) => {
    const pid = Number(need(params, "pid"));
    const status = (await ask(need(params, "vmid"), "guest-exec-status", { pid })) as ExecStatus;
    const decoded = (name: "out-data" | "err-data") =>
      status[name] === undefined
        ? {}
        : { [name]: Buffer.from(status[name], "base64").toString("utf8") };
    const { exited, ...rest } = status;
    return { ...rest, ...decoded("out-data"), ...decoded("err-data"), exited: exited ? 1 : 0 };
  });

  router.on("GET", `${base}/file-read`, async ({ params }) => {
    const vmid = need(params, "vmid");
    const open = { path: need(params, "file"), mode: "rb" };
    const handle = await ask(vmid, "guest-file-open", open);
    try {
      const parts: Buffer[] = [];
      for (let eof = false; !eof; ) {
        const answer = (await ask(vmid, "guest-file-read", { handle, count: 2 ** 20 })) as {
          "buf-b64": string;
          eof: boolean;
        };
        parts.push(Buffer.from(answer["buf-b64"], "base64"));
        eof = answer.eof;
      }
      const content = Buffer.concat(parts);
      return { content: content.toString("utf8"), "bytes-read": content.length };
    } finally {
      await ask(vmid, "guest-file-close", { handle });
    }
  });

  router.on("POST", `${base}/file-write`, async ({ params }) => {
    const vmid = need(params, "vmid");
    const handle = await ask(vmid, "guest-file-open", { path: need(params, "file"), mode: "wb" });
    const content = need(params, "content");
    const encoded = params["encode"] === "0" ? content : Buffer.from(content).toString("base64");
    await ask(vmid, "guest-file-write", { handle, "buf-b64": encoded });
    await ask(vmid, "guest-file-close", { handle });
  });
}
