import { freshEmulator } from "./emulator";

const emulator = freshEmulator();
const CLONE = "/nodes/pve/qemu/9000/clone";

test("an injected error is given as often as it is declared", async () => {
  emulator.current.faults({
    http: [{ method: "POST", path: "/clone$", count: 2, status: 500, message: "got timeout" }],
  });
  const ask = (newid: number) => emulator.current.ask("POST", CLONE, { newid });

  expect((await ask(100)).reason).toBe("got timeout");
  expect((await ask(100)).reason).toBe("got timeout");
  expect((await ask(100)).status).toBe(200);
});

test("a connection cut before the request leaves nothing, one cut after it has its effect", async () => {
  emulator.current.faults({
    http: [
      { path: "/pools$", drop: "before" },
      { path: "/pools$", drop: "after", skip: 1 },
    ],
  });
  const create = (poolid: string) => emulator.current.ask("POST", "/pools", { poolid });

  await expect(create("first")).rejects.toThrow();
  await create("second");
  await expect(create("third")).rejects.toThrow();
  const pools = (await emulator.current.done("GET", "/pools")) as { poolid: string }[];
  expect(pools.map(({ poolid }) => poolid)).toEqual(["second", "third"]);
});

test("a slow task is running until its time is over, and its VM locked", async () => {
  emulator.current.faults({ tasks: [{ type: "qmclone", seconds: 1 }] });
  const { data } = await emulator.current.ask("POST", CLONE, { newid: 100 });
  const status = `/nodes/pve/tasks/${String(data)}/status`;

  expect(await emulator.current.done("GET", status)).toMatchObject({ status: "running" });
  expect(await emulator.current.config()).toMatchObject({ lock: "clone" });
  const change = await emulator.current.ask("PUT", "/nodes/pve/qemu/100/config", { cores: 2 });
  expect(change.reason).toBe("VM is locked (clone)");

  await emulator.current.app.pve.tasks.finished(String(data));
  expect(await emulator.current.done("GET", status)).toMatchObject({
    status: "stopped",
    exitstatus: "OK",
  });
});

test("a failing task tells why in its state and log, and leaves no half of a VM", async () => {
  const message = "can't lock file '/var/lock/qemu-server/lock-9000.conf' - got timeout";
  emulator.current.faults({ tasks: [{ type: "qmclone", fail: message }] });
  expect(await emulator.current.done("POST", CLONE, { newid: 100 })).toBe(message);
  expect((await emulator.current.ask("GET", "/nodes/pve/qemu/100/config")).status).toBe(500);
});

test("a task cut off by a power failure has an unexpected status", async () => {
  emulator.current.faults({ tasks: [{ type: "qmclone", seconds: 2 }] });
  const { tasks } = emulator.current.app.pve;
  const { data } = await emulator.current.ask("POST", CLONE, { newid: 100 });
  emulator.current.restart();
  const path = `/nodes/pve/tasks/${String(data)}/status`;
  expect(await emulator.current.done("GET", path)).toMatchObject({
    status: "stopped",
    exitstatus: "unexpected status",
  });
  await tasks.finished(String(data));
});

test("a silent agent does not answer, whatever the guest does", async () => {
  await emulator.current.clone();
  await emulator.current.done("POST", "/nodes/pve/qemu/100/status/start");
  emulator.current.backend.agentAnswers.set("guest-ping", {});
  emulator.current.faults({ agent: [{ vmid: 100, state: "silent" }] });
  const answer = await emulator.current.ask("POST", "/nodes/pve/qemu/100/agent/ping");
  expect(answer.reason).toBe("QEMU guest agent is not running");
});
