import { freshEmulator } from "./emulator";
import { absences } from "./refusals";
import { vmRefusals } from "./vm-refusals";

const emulator = freshEmulator();
const VM = "/nodes/pve/qemu/100";

test.each([...absences, ...vmRefusals])(
  "$when: Proxmox's answer is given",
  async ({ method, path, sent, status, says }) => {
    await emulator.current.clone();

    const answer = await emulator.current.ask(method, path, sent);

    expect(answer.status).toBe(status);
    expect(answer.data).toBeNull();
    if (typeof says === "string") {
      expect(answer.reason).toBe(says);
      expect(answer.message).toBe(`${says}\n`);
    } else {
      expect(answer.reason).toBe("Parameter verification failed.");
      expect(answer.errors).toEqual(says);
    }
  },
);

test("a DELETE with a body is refused, one without is served", async () => {
  const path = "/api2/json/cluster/mapping/pci/absent";
  const headers = { "content-type": "application/x-www-form-urlencoded" };

  const refused = await emulator.current.raw({ method: "DELETE", path, headers, payload: "a=1" });
  const served = await emulator.current.raw({ method: "DELETE", path });

  expect([refused.status, refused.reason]).toEqual([501, "Unexpected content for method 'DELETE'"]);
  expect([served.status, served.body]).toEqual([200, '{"data":null}']);
});

test("a JSON body is understood like a form, booleans included", async () => {
  await emulator.current.clone();

  const { status } = await emulator.current.raw({
    method: "PUT",
    path: `/api2/json${VM}/config`,
    headers: { "content-type": "application/json" },
    payload: JSON.stringify({ onboot: true, cores: 3 }),
  });

  expect(status).toBe(200);
  expect(await emulator.current.config()).toMatchObject({ onboot: 1, cores: 3 });
});

test("a percent-encoded volume is one path segment", async () => {
  emulator.current.write("var/lib/vz/snippets/user.yaml", "#cloud-config\n");
  const path = "/nodes/pve/storage/local/content/local:snippets%2Fuser.yaml";

  expect(await emulator.current.done("GET", path)).toMatchObject({ format: "snippets", size: 14 });
  expect(await emulator.current.done("DELETE", path)).toBe("OK");
  expect((await emulator.current.ask("GET", path)).reason).toBe(
    "volume 'local:snippets/user.yaml' does not exist",
  );
});
