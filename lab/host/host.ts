import { mkdirSync, rmSync } from "node:fs";
import { ensureImage } from "../images/image";
import { claim, claimedByOther, unclaim } from "./claim";
import { diskImages, discardDisk, type Images, makeDisk, unmountDisk } from "./disk";
import { ensureKeys } from "./keys";
import { withLock } from "./lock";
import { installPackages, labPossible } from "./packages";
import { HOST, NODES, SECOND } from "./nodes";
import { paths } from "./paths";
import { boots, cut, powerOff, powerOn } from "./power";
import { until } from "./process";
import { type Progress, quiet } from "./progress";
import { apiAnswers, awaitHost, sshAnswers } from "./ready";
import { prepareSecond } from "./second";
import { startServices } from "./services";
import { bundlePrograms, fillShared } from "./shared";
import { hostExec } from "./ssh";
import { liveState, stateFile } from "./state";
import { segmentsWired, unwire, wireSegments } from "./wiring";

export { access } from "./keys";
export { labPossible } from "./packages";
export { paths } from "./paths";
export { consoleProgress, type Progress, quiet } from "./progress";
export { ADDRESS, PORTS, type SegmentName } from "./segments";
export { hostExec } from "./ssh";

const BOOT_MS = 60_000;

/** How the lab is. */
export interface LabStatus {
  /** `down`: there is no lab; `off`: it is there and its host is switched off. */
  readonly power: "down" | "off" | "on";
  /** Times the host was switched on since `labUp` made its disk. */
  readonly boots: number;
  /** Whether the host's SSH server greets. */
  readonly ssh: boolean;
  /** Whether the host's API takes connections. */
  readonly api: boolean;
}

/**
 * Bring the lab up: packages, images, networks, the host switched on and ready.
 *
 * Does nothing that is done already, and mends what a crash left.
 */
export async function labUp(progress: Progress = quiet): Promise<void> {
  demandPossible();
  await withLock("lab up", async () => {
    await installPackages(progress);
    const images = { host: await ensureImage("host", progress), guest: await guest(progress) };
    await claim();
    await ensureKeys();
    await bundlePrograms();
    if (liveState() === undefined || !(await segmentsWired())) await switchOn(images, progress);
    else await refresh(progress);
    await progress("Waiting for the host", () => awaitHost(BOOT_MS));
  });
}

/** Switch a second node on, in a cluster with the host, until `labDown`; the lab has to be up. */
export async function secondUp(progress: Progress = quiet): Promise<void> {
  demandPossible();
  await withLock("second node up", async () => {
    const images = diskImages();
    if (liveState() === undefined || images === undefined)
      throw new Error("the host is not up; labUp brings it up");
    if (liveState(SECOND) === undefined) {
      await progress("Switching the second node on", async () => {
        prepareSecond(images);
        await powerOn(images, SECOND);
      });
    }
    await progress("Waiting for the second node", () => awaitHost(BOOT_MS, SECOND));
  });
}

/** Take the lab down with all that its host had on its disk; images and keys stay. */
export async function labDown(progress: Progress = quiet): Promise<void> {
  demandPossible();
  await withLock("lab down", () =>
    progress("Taking the lab down", async () => {
      const other = claimedByOther();
      if (other !== undefined) throw new Error(`the lab that is up is another one, in ${other}`);
      await powerOff();
      await unwire();
      await discardDisks();
      for (const name of TRANSIENT) rmSync(name, { recursive: true, force: true });
      unclaim();
    }),
  );
}

/** How the lab is at this moment. */
export async function labStatus(): Promise<LabStatus> {
  const on = liveState() !== undefined;
  const down = !on && !(await segmentsWired());
  return {
    power: on ? "on" : down ? "down" : "off",
    boots: boots(),
    ssh: on && (await sshAnswers()),
    api: on && (await apiAnswers()),
  };
}

/** Pull the host's plug and put it back; resolves when the host is ready again. */
export async function powerCut(): Promise<void> {
  await bootAgain(cut);
}

/** Reboot the host in good order; resolves when it is ready again. */
export async function reboot(): Promise<void> {
  await bootAgain(async () => {
    // The connection may end before the answer comes; the count of boots tells.
    await hostExec(["systemctl", "reboot"]);
  });
}

const TRANSIENT = [
  paths.shared,
  paths.control,
  paths.programs,
  paths.log,
  paths.cables,
  stateFile(HOST),
  SECOND.directory,
  paths.pulumiState,
];

const guest = (progress: Progress) => ensureImage("guest", progress);

function demandPossible(): void {
  const reason = labPossible();
  if (reason !== undefined) throw new Error(reason);
}

async function switchOn(images: Images, progress: Progress): Promise<void> {
  await progress("Switching the host on", async () => {
    await powerOff();
    if (!(await segmentsWired())) {
      await unwire();
      await wireSegments();
    }
    const old = diskImages();
    if (old?.host !== images.host || old.guest !== images.guest) {
      await discardDisks();
    }
    makeDisk(images);
    mkdirSync(paths.pulumiState, { recursive: true });
    await fillShared(images);
    await startServices();
    await powerOn(images);
  });
}

async function discardDisks(): Promise<void> {
  for (const node of NODES) {
    await unmountDisk(node);
    discardDisk(node);
  }
}

/** Bring a running host up to date with this checkout. */
async function refresh(progress: Progress): Promise<void> {
  await startServices();
  const images = diskImages();
  if (images !== undefined && (await fillShared(images))) {
    await progress("Restarting the host's API", () =>
      hostExec(["systemctl", "restart", "pve-api"]),
    );
  }
}

async function bootAgain(end: () => Promise<void>): Promise<void> {
  if (liveState() === undefined) throw new Error("the host is not up; labUp brings it up");
  const before = boots();
  await end();
  await until(() => boots() > before, BOOT_MS, "the host to be switched on again");
  await awaitHost(BOOT_MS);
}
