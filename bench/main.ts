import { connectionRates, reloadLoss, renderTimes } from "./forwards";

async function main(): Promise<void> {
  renderTimes();
  await reloadLoss();
  await connectionRates();
}

void main();
