import { consoleProgress, labDown, labStatus } from "./host/host";
import { pulumi } from "./pulumi";

async function demoDown(): Promise<void> {
  if ((await labStatus()).power === "on") {
    const status = await pulumi(["destroy", "--yes", "--stack", "lab"]);
    if (status !== 0) console.error("pulumi destroy failed; the lab is taken down all the same");
  }
  await labDown(consoleProgress);
}

demoDown().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
