import { createHash } from "node:crypto";
import fc from "fast-check";
import { deriveMac, givenMacIssues, macIssues, parseMac } from "../../net/mac";

test("a derived MAC is local, unicast, and the same for the same NIC only", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (owner, nic) => {
      const mac = deriveMac(owner, nic);
      expect([parseMac(mac), mac.slice(0, 2), deriveMac(owner, nic)]).toEqual([mac, "02", mac]);
      expect(givenMacIssues("mac", mac)).toEqual([]);
      expect(deriveMac(owner, `${nic}1`)).not.toBe(mac);
    }),
  );
});

test("a derived MAC never falls into Docker's range", () => {
  const nics = Array.from({ length: 2000 }, (_, i) => `nic${i}`).filter(
    (nic) => createHash("sha256").update(`edge\0${nic}`).digest()[0] === 0x42,
  );
  expect(nics.length).toBeGreaterThan(0);
  expect(nics.map((nic) => deriveMac("edge", nic).slice(0, 6))).not.toContain("02:42:");
});

test("every spelling of a unicast MAC is read as the one that the kernel prints", () => {
  const byte = fc.nat(255).map((value) => value.toString(16).padStart(2, "0"));
  const mac = fc.array(byte, { minLength: 6, maxLength: 6 }).map((bytes) => bytes.join(":"));
  fc.assert(
    fc.property(mac, (text) => {
      const unicast = (Number.parseInt(text.slice(0, 2), 16) & 1) === 0;
      const sound = unicast && text !== "00:00:00:00:00:00";
      expect(parseMac(text.toUpperCase())).toBe(sound ? text : undefined);
    }),
    { numRuns: 1000 },
  );
});

test("a guest's own MAC from Proxmox's range is known, but not handed out a second time", () => {
  const mac = "BC:24:11:00:00:01";
  expect(macIssues("mac", mac)).toEqual([]);
  expect(givenMacIssues("mac", mac)).toEqual([
    'mac: "BC:24:11:00:00:01" is from the range of Proxmox; expected a MAC outside it',
  ]);
});
