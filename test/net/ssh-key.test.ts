import fc from "fast-check";
import { utils } from "ssh2";
import { parseSshKey, sshKeyIssues } from "../../net/ssh-key";

const pairs = [
  utils.generateKeyPairSync("ed25519", { comment: "admin at home" }),
  utils.generateKeyPairSync("ecdsa", { bits: 256 }),
  utils.generateKeyPairSync("ecdsa", { bits: 521, comment: "a" }),
  utils.generateKeyPairSync("rsa", { bits: 2048, comment: "b@c" }),
];

test.each(pairs.map((pair) => [pair.public.trim().split(" ")[0], pair] as const))(
  "a public key of type %s is taken whole, its private half never",
  (type, pair) => {
    const text = pair.public.trim();
    expect(sshKeyIssues("key", text)).toEqual([]);
    expect(parseSshKey(text)?.type).toBe(type);
    expect(
      Object.values(parseSshKey(text) ?? {})
        .join(" ")
        .trim(),
    ).toBe(text);
    expect(sshKeyIssues("key", pair.private)).toEqual([
      "key: this is a private key; expected one line such as ssh-ed25519 AAAA… name",
    ]);
  },
);

test("whatever is refused is never shown", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/]{12,40}$/);
  fc.assert(
    fc.property(
      secret,
      fc.constantFrom("", "ssh-ed25519 ", "x ", 'command="a" ssh-rsa '),
      (text, before) => {
        sshKeyIssues("key", before + text).forEach((line) => expect(line).not.toContain(text));
        expect(sshKeyIssues("key", before + text)).toHaveLength(1);
      },
    ),
  );
});

test("a key that lost a part is refused", () => {
  const key = (pairs[0]?.public ?? "").trim().split(" ").slice(0, 2).join(" ");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: key.length - 1 }), (length) => {
      expect(sshKeyIssues("key", key.slice(0, length))).toHaveLength(1);
    }),
  );
});
