// Needs root: machines made of namespaces.
import { existsSync } from "node:fs";
import { Machine } from "./machine";
import { ask } from "./world";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.start();
});
afterAll(() => machine.stop());

test.each(["/", "/usr/", "/root/", "/tmp/", "/var/", "/dev/", "/dev/shm/"])(
  "a machine can not change what it shares with the real one: %s",
  async (directory) => {
    const name = `${directory}written-by-${machine.address}`;

    expect(
      await ask(machine, `export LC_ALL=C; { mkdir ${name} || chmod 755 ${directory}; } 2>&1`),
    ).toBe(
      [
        `mkdir: cannot create directory '${name}': Read-only file system`,
        `chmod: changing permissions of '${directory}': Read-only file system`,
      ].join("\n"),
    );
    expect(existsSync(name)).toBe(false);
  },
);

test("a machine's own directories can be written to, and are not the real ones", async () => {
  const directories = ["/etc", "/run", "/var/lib", "/usr/local/lib"];
  const names = directories.map((directory) => `${directory}/written-by-${machine.address}`);

  expect(
    await ask(machine, names.map((name) => `echo ${name} >${name}; cat ${name}`).join("; ")),
  ).toBe(names.join("\n"));
  expect(names.filter((name) => existsSync(name))).toEqual([]);
});
