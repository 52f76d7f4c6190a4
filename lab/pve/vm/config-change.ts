import { die, refuseParams } from "../api/error";
import { without } from "../state/without";
import { splitList, text } from "../api/router";
import { type Caller } from "../access/caller";
import { type Pve } from "../pve";
import { type Params } from "../schema/check";
import { methodSchema, property } from "../schema/model";
import { type VmConfig, type VmKeys } from "./config-file";
import { isCloudInit, isDrive, parseDrive } from "./drive";
import { detachDrive, realiseDrive } from "./drive-change";
import { changesLive, plugLive } from "./live-change";
import { requireConfigRights } from "./rights";
import { storedValue } from "./values";
import { refuseLocked } from "./vm-store";

const OPTIONS = methodSchema("PUT", "/nodes/{node}/qemu/{vmid}/config")?.properties ?? {};
const NOT_KEYS = [
  "node",
  "vmid",
  "delete",
  "revert",
  "digest",
  "skiplock",
  "force",
  "background_delay",
  "import-working-storage",
];

/** What a request wants changed. */
export interface Change {
  readonly set: VmKeys;
  readonly remove: readonly string[];
  readonly digest: string | undefined;
}

/** Read a request to change a VM; refuses unknown keys and contradictions. */
export function readChange(params: Params): Change {
  const remove = splitList(text(params, "delete"));
  const set: VmKeys = {};
  for (const name of Object.keys(params)) {
    if (!NOT_KEYS.includes(name)) set[name] = text(params, name) ?? "";
  }
  for (const name of remove) {
    if (property(OPTIONS, name) === undefined && !/^unused\d+$/.test(name)) {
      refuseParams({ delete: `unknown option '${name}'` });
    }
    if (set[name] !== undefined) {
      refuseParams({ delete: `you can't use '-${name}' and -delete ${name}' at the same time` });
    }
  }
  return { set, remove, digest: text(params, "digest") };
}

/** Check a change against the VM's state and the caller's rights before anything is done. */
export function checkChange(pve: Pve, vmid: string, caller: Caller, change: Change): void {
  const { set, remove, digest } = change;
  if (Object.keys(set).length === 0 && remove.length === 0) die("no options specified");
  const keys = pve.vms.keys(vmid);
  requireConfigRights(pve.users, caller, vmid, [...Object.keys(set), ...remove], {
    ...Object.fromEntries(remove.map((name) => [name, undefined])),
    ...set,
  } as VmKeys);
  if (digest !== undefined && digest !== pve.vms.digest(vmid)) {
    die("checksum mismatch (file change by other user?)");
  }
  refuseLocked(keys);
  for (const [key, value] of Object.entries(set)) {
    if (/^(?:hostpci|net)\d+$/.test(key)) storedValue(key, value, keys);
  }
  const memory = Number(/\d+/.exec(set["memory"] ?? keys["memory"] ?? "512")?.[0] ?? 512);
  if (Number(set["balloon"] ?? keys["balloon"] ?? 0) > memory && set["balloon"] !== undefined) {
    refuseParams({ balloon: `balloon value too large (must be smaller than assigned memory)` });
  }
}

/** Carry out a change; what a running guest cannot take at once waits for its next start. */
export async function applyChange(pve: Pve, vmid: string, { set, remove }: Change): Promise<void> {
  const running = (await pve.backend.vmProcess(vmid)) !== undefined;
  let config = pve.vms.load(vmid);
  for (const key of remove) {
    if (running && !changesLive(key, config.keys[key], undefined)) {
      const pending = without(config.pending, key);
      const known = config.keys[key] !== undefined && !config.pendingDeletes.includes(key);
      const pendingDeletes = [...config.pendingDeletes, ...(known ? [key] : [])];
      config = { ...config, pending, pendingDeletes };
    } else config = await removeKey(pve, vmid, key, config);
    pve.vms.save(vmid, config);
  }
  for (const [key, raw] of Object.entries(set)) {
    const pendingDeletes = config.pendingDeletes.filter((name) => name !== key);
    const value = isDrive(key)
      ? await setDrive(pve, vmid, key, raw, config)
      : storedValue(key, raw, { ...config.keys, ...config.pending });
    const pending = without(config.pending, key);
    const current = config.keys[key];
    const unchanged = current === value;
    if (!running || unchanged || changesLive(key, current, value)) {
      if (running && !unchanged) await plugLive(pve, vmid, key, current, value);
      config = { keys: { ...pve.vms.load(vmid).keys, [key]: value }, pending, pendingDeletes };
    } else config = { ...config, pending: { ...pending, [key]: value }, pendingDeletes };
    pve.vms.save(vmid, config);
  }
}

async function setDrive(
  pve: Pve,
  vmid: string,
  key: string,
  raw: string,
  config: VmConfig,
): Promise<string> {
  const value = await realiseDrive(pve, vmid, key, raw, config.keys);
  const previous = config.keys[key];
  if (previous === undefined) return value;
  const [before, after] = [parseDrive(key, previous), parseDrive(key, value)];
  if (before.file !== after.file && !isCloudInit(before)) {
    const keys = await detachDrive(pve, vmid, key, config.keys);
    pve.vms.save(vmid, { ...config, keys: { ...keys, [key]: previous } });
  }
  return value;
}

/** Remove a key at once, with the volume behind it where Proxmox does so. */
async function removeKey(pve: Pve, vmid: string, key: string, config: VmConfig): Promise<VmConfig> {
  const { [key]: value, ...keys } = config.keys;
  const pending = without(config.pending, key);
  const pendingDeletes = config.pendingDeletes.filter((name) => name !== key);
  const rest = { ...config, pending, pendingDeletes };
  if (value === undefined) return rest;
  if (/^unused\d+$/.test(key)) await pve.storages.free(value);
  const left = isDrive(key) ? await detachDrive(pve, vmid, key, config.keys) : keys;
  return { ...rest, keys: left };
}

/** Put into force what waits for a VM's next start. */
export async function applyPending(pve: Pve, vmid: string): Promise<void> {
  let config = pve.vms.load(vmid);
  for (const key of config.pendingDeletes) config = await removeKey(pve, vmid, key, config);
  pve.vms.save(vmid, {
    keys: { ...config.keys, ...config.pending },
    pending: {},
    pendingDeletes: [],
  });
}
