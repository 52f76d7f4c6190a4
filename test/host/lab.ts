import { join } from "node:path";
import { labDown, labPossible, labUp } from "../../lab/host/host";

/** Longest a test of the lab may take when images have to be built first, in milliseconds. */
export const BUILD_MS = 10 * 60_000;

/** Where the lab's command line is. */
export const LAB_CLI = ["--import", "tsx", join(__dirname, "../../lab/lab.ts")];

/** Tests that need the machine's one lab; skipped where there cannot be one. */
export const describeLab: typeof describe = labPossible() === undefined ? describe : describe.skip;

/** Bring the lab up fresh before the tests of a file, and down after them. */
export function freshLab(): void {
  beforeAll(async () => {
    await labDown();
    await labUp();
  }, BUILD_MS);
  afterAll(() => labDown(), 60_000);
}
