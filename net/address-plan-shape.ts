import type { Fields } from "./shape";

/** What an `AddressPlan` is made of, for data that no compiler has seen. */
export const PLAN_SHAPE: Fields = {
  "pools?": [{ network: "text", prefix: "number" }],
  "networks?": [
    {
      name: "text",
      "addresses?": ["text"],
      "routed?": "flag",
      "advertise?": "flag",
      "ranges?": [{ from: "text", to: "text" }],
      "guests?": [
        {
          name: "text",
          "vmId?": "number",
          "mac?": "text",
          "address?": "text",
          "address6?": "text",
        },
      ],
    },
  ],
  "uplinks?": [{ name: "text", addresses: ["text"], "gateways?": ["text"] }],
  "foreign?": [{ name: "text", network: "text" }],
  "forwards?": [{ name: "text", address: "text" }],
  "nameServers?": ["text"],
};
