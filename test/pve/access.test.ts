import { freshEmulator } from "./emulator";

const emulator = freshEmulator();
const ROOT_TOKEN = "PVEAPIToken=root@pam!lab=11111111-2222-3333-4444-555555555555";
const OPERATOR_TOKEN = "PVEAPIToken=operator@pve!lab=66666666-7777-8888-9999-000000000000";

interface Login {
  readonly username: string;
  readonly ticket: string;
  readonly CSRFPreventionToken: string;
}

async function login(username = "root@pam"): Promise<Login> {
  const answer = await emulator.current.ask(
    "POST",
    "/access/ticket",
    { username, password: "proxmox-lab" },
    {},
  );
  return answer.data as Login;
}

const cookie = ({ ticket }: Login) => ({ cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}` });

test("a login gives a ticket that reads, and with its CSRF token writes", async () => {
  const session = await login();
  const guarded = { ...cookie(session), csrfpreventiontoken: session.CSRFPreventionToken };

  const read = await emulator.current.ask("GET", "/version", {}, cookie(session));
  const bare = await emulator.current.ask("POST", "/pools", { poolid: "p" }, cookie(session));
  const wrong = await emulator.current.ask(
    "POST",
    "/pools",
    { poolid: "p" },
    { ...cookie(session), csrfpreventiontoken: "00000000:x" },
  );
  const written = await emulator.current.ask("POST", "/pools", { poolid: "p" }, guarded);

  expect(session.username).toBe("root@pam");
  expect(session.ticket).toMatch(/^PVE:root@pam:[0-9A-F]{8}::\S+$/);
  expect(read.status).toBe(200);
  expect([bare.status, bare.reason]).toEqual([401, "Permission denied - invalid csrf token"]);
  expect(wrong.status).toBe(401);
  expect(written.status).toBe(200);
});

test.each([
  ["a wrong password", { username: "root@pam", password: "x" }],
  ["an unknown user", { username: "nobody@pve", password: "proxmox-lab" }],
])("%s fails to log in", async (_what, sent) => {
  const { status, reason } = await emulator.current.ask("POST", "/access/ticket", sent, {});
  expect([status, reason]).toEqual([401, "authentication failure"]);
});

test.each([
  ["no credentials", {}, "No ticket"],
  [
    "a forged ticket",
    { cookie: "PVEAuthCookie=PVE:root@pam:6AAAAAAA::eA" },
    "permission denied - invalid PVE ticket",
  ],
  ["a wrong token", { authorization: `${ROOT_TOKEN.slice(0, -1)}6` }, "invalid token value!"],
  ["a token of nobody", { authorization: "PVEAPIToken=x@pve!y=1" }, "no such user or token"],
])("%s is refused with 401 and an empty body", async (_what, headers, reason) => {
  const answer = await emulator.current.ask("GET", "/version", {}, headers);
  expect([answer.status, answer.reason, answer.body]).toEqual([401, reason, ""]);
});

test("a ticket is no longer taken after two hours", async () => {
  const session = await login();
  const now = Date.now();
  const clock = jest.spyOn(Date, "now").mockReturnValue(now + 7_201_000);
  const { status } = await emulator.current.ask("GET", "/version", {}, cookie(session));
  clock.mockRestore();
  expect(status).toBe(401);
});

const raw = { hostpci0: "host=0000:01:00,pcie=1" };

test.each([
  [
    "root's own token",
    ROOT_TOKEN,
    raw,
    "only root can set 'hostpci0' config for non-mapped devices",
  ],
  ["root's own token", ROOT_TOKEN, { args: "-snapshot" }, "only root can set 'args' config"],
  [
    "an operator",
    OPERATOR_TOKEN,
    raw,
    "only root can set 'hostpci0' config for non-mapped devices",
  ],
])("%s may not set what is root@pam's alone", async (_who, authorization, sent, reason) => {
  await emulator.current.clone();
  const path = "/nodes/pve/qemu/100/config";
  const answer = await emulator.current.ask("PUT", path, sent, { authorization });
  expect([answer.status, answer.reason]).toEqual([500, reason]);
});

test("a root@pam ticket may set a raw device, and a token a mapped one", async () => {
  await emulator.current.clone();
  const session = await login();
  const headers = { ...cookie(session), csrfpreventiontoken: session.CSRFPreventionToken };
  const path = "/nodes/pve/qemu/100/config";
  const mapped = { hostpci0: "mapping=absent,pcie=1" };

  expect((await emulator.current.ask("PUT", path, raw, headers)).status).toBe(200);
  const byToken = await emulator.current.ask("PUT", path, mapped, {
    authorization: OPERATOR_TOKEN,
  });
  expect(byToken.status).toBe(200);
});

test("a missing right is named with its path", async () => {
  emulator.current.write(
    "etc/pve/user.cfg",
    `${emulator.current.read("etc/pve/user.cfg")}user:guest@pve:1:0:::::\ntoken:guest@pve!t:0:0::\nacl:1:/:guest@pve:PVEAuditor:\n`,
  );
  emulator.current.write("etc/pve/priv/token.cfg", "guest@pve!t abc\n");
  const headers = { authorization: "PVEAPIToken=guest@pve!t=abc" };
  const ask = (method: "GET" | "POST" | "PUT", path: string, sent = {}) =>
    emulator.current.ask(method, path, sent, headers);

  const start = await ask("POST", "/nodes/pve/qemu/9000/status/start");
  const clone = await ask("POST", "/nodes/pve/qemu/9000/clone", { newid: 100 });
  const network = await ask("PUT", "/nodes/pve/network");

  expect((await ask("GET", "/nodes/pve/qemu/9000/config")).status).toBe(200);
  expect([start.status, start.reason]).toEqual([
    403,
    "Permission check failed (/vms/9000, VM.PowerMgmt)",
  ]);
  expect(clone.reason).toBe("Permission check failed (/vms/9000, VM.Clone)");
  expect(network.reason).toBe("Permission check failed (/nodes/pve, Sys.Modify)");
});

test("a token with separated privileges has only what it was given itself", async () => {
  emulator.current.write(
    "etc/pve/user.cfg",
    `${emulator.current.read("etc/pve/user.cfg")}token:root@pam!bare:0:1::\n`,
  );
  emulator.current.write("etc/pve/priv/token.cfg", "root@pam!bare abc\n");
  const headers = { authorization: "PVEAPIToken=root@pam!bare=abc" };
  const { status } = await emulator.current.ask("GET", "/nodes/pve/qemu/9000/config", {}, headers);
  expect(status).toBe(403);
});
