import { issues, mail, networks, web } from "./host-config";

const uplink = (...addresses: string[]) => ({ uplinks: [{ name: "vmbr0", addresses }] });
const opened = (destinations?: string[]) => ({
  allow: [{ from: "uplink", to: "vmbr1", destinations }],
});
const PUBLIC = uplink("203.0.113.10/24");

test("a private address that is let in from public uplinks is refused", () => {
  const given = opened(["203.0.113.50", "192.168.0.100", "10.0.0.0/9"]);

  expect(issues({ ...PUBLIC, ...given })).toEqual([
    "p:allow[0].destinations[1]: nobody outside can send to 192.168.0.100; expected an entry of forwards in place of it",
    "p:allow[0].destinations[2]: nobody outside can send to 10.0.0.0/9; expected an entry of forwards in place of it",
  ]);
});

test("a network of private addresses only that is let in from public uplinks is refused", () => {
  const private4 = networks({
    addresses: ["192.168.0.1/24"],
    guests: [mail, { ...web, address6: undefined }],
    advertise: false,
  });

  expect(issues({ ...PUBLIC, ...private4, ...opened() })).toEqual([
    "p:allow[0].to: nobody outside can send to 192.168.0.1/24; expected an entry of forwards in place of it",
  ]);
});

test.each<[string, Record<string, unknown>]>([
  ["a network with other addresses", { ...PUBLIC, ...opened() }],
  ["neighbours on a private uplink", { ...uplink("10.99.0.2/24"), ...opened([web.address]) }],
  [
    "neighbours on an uplink of unknown IPv4 address",
    { ...uplink("2001:db8:113::10/64"), ...opened([web.address]) },
  ],
])("what may let somebody in is taken: %s", (_, change) => {
  expect(issues(change)).toEqual([]);
});
