import { PassthroughNic } from "../../components";
import { deploy } from "../mocks";

const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const URN =
  "urn:pulumi:test::proxmox-router::proxmox-router:index:PassthroughNic$command:remote:Command::quad-lookup";
const complaint = (mappingId: string, severity = "error") => ({
  nodeName: "pve",
  mappingId,
  severity,
  message: "Invalid configuration: PCI device '0000:01:00.0' not found",
});

/** The triggers of the look-up, from those that the stack has recorded and what the API says. */
async function triggers(recorded: readonly string[], checks: readonly object[]): Promise<unknown> {
  const outputs = { stdout: "path 0000:01:00\n", triggers: recorded };
  const resources = await deploy(
    (opts) => new PassthroughNic("quad", { node, path: "0000:01:00" }, opts),
    {
      asked: {
        "pulumi:pulumi:readStackResourceOutputs": { outputs: { [URN]: { outputs } } },
        "proxmoxve:hardware/getMappings:getMappings": { checks, ids: [], type: "pci" },
      },
    },
  );
  return resources.find(({ name }) => name === "quad-lookup")?.inputs["triggers"];
}

test("a card is looked up again once its mapping does not fit, and not any more when it does", async () => {
  expect(await triggers([], [])).toEqual([]);

  const moved = (await triggers([], [complaint("quad")])) as string[];

  expect(moved).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/)]);
  expect(await triggers(moved, [])).toEqual(moved);
  expect(await triggers(moved, [complaint("quad")])).not.toEqual(moved);
});

test("what Proxmox says of other mappings, or only remarks, is nothing to it", async () => {
  expect(await triggers([], [complaint("other"), complaint("quad", "warning")])).toEqual([]);
});
