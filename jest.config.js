const { homedir } = require("node:os");
const { join } = require("node:path");

const cache = process.env.PROXMOX_ROUTER_CACHE ?? join(homedir(), ".cache", "proxmox-router");

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: { "\\.ts$": ["ts-jest", { diagnostics: false }] },
  modulePathIgnorePatterns: ["<rootDir>/.*/generated/"],
  testTimeout: 30_000,
  // It holds how long each file took as well: the slowest begin first.
  cacheDirectory: join(cache, "jest"),
  // Many wait for a machine most of the time.
  maxWorkers: "100%",
};
