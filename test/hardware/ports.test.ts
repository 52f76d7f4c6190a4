import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { freePort } from "../../lab/hardware/ports";

test("a machine gets the usual port, or another where somebody has it", async () => {
  const usual = await freePort();
  expect(await freePort(usual)).toBe(usual);

  const somebody = createServer().listen(usual, "127.0.0.1");
  await once(somebody, "listening");
  const other = await freePort(usual);

  expect((somebody.address() as AddressInfo).port).toBe(usual);
  expect([other > 0, other === usual]).toEqual([true, false]);
  somebody.close();
});
