import { consoleProgress } from "../lab/host/host";
import { installPackages } from "../lab/host/packages";
import { connectionRates, reloadLoss, renderTimes } from "./forwards";

async function main(): Promise<void> {
  await installPackages(consoleProgress);
  renderTimes();
  await reloadLoss();
  await connectionRates();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
