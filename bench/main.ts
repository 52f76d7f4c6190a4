import { consoleProgress } from "../lab/host/host";
import { installPackages } from "../lab/host/packages";
import { connectionRates, reloadLoss, renderTimes } from "./forwards";
import { previewTimes } from "./previews";

async function main(): Promise<void> {
  await installPackages(consoleProgress);
  renderTimes();
  await previewTimes();
  await reloadLoss();
  await connectionRates();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
