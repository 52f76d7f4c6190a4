import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderNetworkConfig, renderVendorData } from "../../net/cloud-init";
import { networkFiles } from "../../net/guest";
import type { ConfigFile } from "../../net/config-file";
import { renderRuleset } from "../../net/nftables";
import { homeInterfaces, homePolicy } from "../home";

const golden = (name: string) => readFileSync(join(__dirname, "..", "golden", name), "utf8");
const bundle = (files: readonly ConfigFile[]) =>
  files.map(({ path, text }) => `### ${path}\n${text}`).join("\n");

test.each([
  ["home-router.nft", () => renderRuleset(homePolicy)],
  ["home-router.network", () => bundle(networkFiles(homeInterfaces))],
  ["home-router.network-config.yaml", () => renderNetworkConfig(homeInterfaces, "vm0")],
  ["home-router.vendor-data.yaml", () => renderVendorData(homeInterfaces)],
])("a home router renders to the reviewed %s", (name, render) => {
  expect(render()).toBe(golden(name));
});

test("the kernel accepts the ruleset, and loading it twice replaces it", () => {
  const load = 'nft -f "$1" && nft -f "$1" && nft -j list table inet proxmox_router';
  const listed = execFileSync(
    "unshare",
    ["-rn", "sh", "-ec", load, "sh", join(__dirname, "..", "golden", "home-router.nft")],
    { encoding: "utf8" },
  );
  const { nftables } = JSON.parse(listed) as { nftables: { map?: { name: string } }[] };

  expect(nftables.filter(({ map }) => map?.name === "targets4_wan_exact")).toHaveLength(1);
});
