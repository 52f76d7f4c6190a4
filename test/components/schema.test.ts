import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import * as components from "../../components";

const root = resolve(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string };

test("every component can be used from another language, and every property is described", () => {
  const classes = Object.values(components).flatMap((value) =>
    typeof value === "function" && /^[A-Z]/.test(value.name) ? [value.name] : [],
  );
  const { components: found, typeDefinitions } = new Analyzer(
    root,
    manifest.name,
    manifest as never,
    new Set(classes),
  ).analyze();
  const described = (owner: string, properties: Record<string, { description?: string }>) =>
    Object.entries(properties)
      .filter(([, { description }]) => !description)
      .map(([property]) => `${owner}.${property}`);

  expect(
    Object.fromEntries(Object.values(found).map((one) => [one.name, Object.keys(one.outputs)])),
  ).toEqual({
    Firewall: ["ruleset"],
    HostKernel: ["rebootRequired", "reason", "iommu"],
    Ipv6Probe: ["mode", "reason"],
    PassthroughNic: ["mapping", "address", "iommuGroup", "ports"],
    RoutedGuests: ["addresses"],
    RouterVm: ["vmId", "address", "hostKey", "connection"],
    SriovVfSet: ["functions"],
    VmBridge: ["bridgeName", "connection"],
  });
  expect([
    ...Object.values(found).flatMap(({ name, inputs }) => described(name, inputs)),
    ...Object.values(typeDefinitions).flatMap((type) =>
      described(type.name, ("properties" in type && type.properties) || {}),
    ),
  ]).toEqual([]);
}, 60_000);
