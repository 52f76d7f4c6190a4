import { statfsSync } from "node:fs";
import os from "node:os";
import { die } from "../api/error";
import { need, type Router, splitList, text } from "../api/router";
import { members } from "../cluster/members";
import { type Pve } from "../pve";
import { PVE_VERSION } from "../schema/model";
import { functionsAt, type PciFunction } from "./inventory";

const RELEASE = PVE_VERSION.split(".").slice(0, 2).join(".");

/** The node itself: versions, load, hardware. */
export function nodeRoutes(router: Router, pve: Pve): void {
  const version = { release: RELEASE, version: PVE_VERSION, repoid: "1ab2c3d4e5f60718" };
  router.on("GET", "/version", () => ({ ...version, console: "html5" }));
  router.on("GET", "/nodes/{node}/version", () => version);
  router.on("GET", "/nodes", () =>
    [...members(pve).keys()].map((node) =>
      node === pve.node
        ? nodeSummary(pve)
        : { id: `node/${node}`, node, type: "node", status: "online" },
    ),
  );
  router.on("GET", "/nodes/{node}", () =>
    ["qemu", "network", "storage", "hardware", "tasks", "status", "version", "firewall"].map(
      (name) => ({ name }),
    ),
  );
  router.on("GET", "/nodes/{node}/status", () => ({
    uptime: Math.floor(os.uptime()),
    pveversion: `pve-manager/${PVE_VERSION}/${version.repoid}`,
    kversion: `Linux ${os.release()}`,
    loadavg: os.loadavg().map((load) => load.toFixed(2)),
    cpu: 0.02,
    wait: 0,
    cpuinfo: { cpus: os.cpus().length, sockets: 1, cores: os.cpus().length, model: "lab" },
    memory: { total: os.totalmem(), free: os.freemem(), used: os.totalmem() - os.freemem() },
    swap: { total: 0, free: 0, used: 0 },
    rootfs: rootfs(pve),
    "current-kernel": { sysname: "Linux", release: os.release(), machine: "x86_64" },
  }));
  router.on("GET", "/nodes/{node}/time", () => ({
    time: Math.floor(Date.now() / 1000),
    localtime: Math.floor(Date.now() / 1000),
    timezone: "UTC",
  }));
  router.on("GET", "/nodes/{node}/lxc", () => []);

  router.on("GET", "/nodes/{node}/hardware", () => [{ type: "pci" }, { type: "usb" }]);
  router.on("GET", "/nodes/{node}/hardware/pci", ({ params }) => {
    const hidden = splitList(text(params, "pci-class-blacklist") ?? "05;06;0b");
    return pve.inventory.pci
      .filter(({ class: code }) => !hidden.some((prefix) => code.startsWith(`0x${prefix}`)))
      .map((device) => (params["verbose"] === "0" ? { id: device.id } : shownDevice(device)));
  });
  router.on("GET", "/nodes/{node}/hardware/pci/{pci-id-or-mapping}", ({ params }) => {
    const id = need(params, "pci-id-or-mapping");
    if (functionsAt(pve.inventory, id).length === 0) die(`Device '${id}' not found`);
    return [{ method: "mdev" }];
  });

  router.on("GET", "/nodes/{node}/query-url-metadata", async ({ params }) => {
    const url = new URL(need(params, "url"));
    const response = await fetch(url, { method: "HEAD" }).catch((error: unknown) =>
      die(
        `500 Can't connect to ${url.host} (${(error as { cause?: Error }).cause?.message ?? ""})`,
      ),
    );
    if (!response.ok) die(`${response.status} ${response.statusText}`);
    return {
      filename: url.pathname.split("/").at(-1),
      size: Number(response.headers.get("content-length") ?? 0),
      mimetype: response.headers.get("content-type")?.split(";")[0],
    };
  });
}

/** The node as the cluster lists it. */
export function nodeSummary(pve: Pve) {
  const { used, total } = rootfs(pve);
  return {
    id: `node/${pve.node}`,
    node: pve.node,
    type: "node",
    status: "online",
    level: "",
    cpu: 0.02,
    maxcpu: os.cpus().length,
    mem: os.totalmem() - os.freemem(),
    maxmem: os.totalmem(),
    disk: used,
    maxdisk: total,
    uptime: Math.floor(os.uptime()),
    ssl_fingerprint: "",
  };
}

function rootfs({ paths }: Pve) {
  const { bsize, blocks, bfree, bavail } = statfsSync(paths.host("/"));
  return {
    total: bsize * blocks,
    used: bsize * (blocks - bfree),
    free: bsize * bfree,
    avail: bsize * bavail,
  };
}

const shownDevice = (device: PciFunction) => ({
  id: device.id,
  class: device.class,
  vendor: device.vendor,
  ...(device.vendorName === undefined ? {} : { vendor_name: device.vendorName }),
  device: device.device,
  ...(device.deviceName === undefined ? {} : { device_name: device.deviceName }),
  iommugroup: device.iommugroup,
  ...(device.subsystemVendor === undefined ? {} : { subsystem_vendor: device.subsystemVendor }),
  ...(device.subsystemDevice === undefined ? {} : { subsystem_device: device.subsystemDevice }),
});
