import { addresses } from "./addresses";
import { hostile } from "./hostile";
import { identifiers } from "./identifiers";
import { names } from "./names";
import { numbers } from "./numbers";
import { plans } from "./plan";
import { policyAddresses } from "./policy-addresses";
import { policyPlaces } from "./policy-places";
import { policyShape } from "./policy-shape";
import type { Row } from "./row";

/** Every kind of input that the pure layer refuses, with the exact reason. */
export const rows: readonly Row[] = [
  ...names,
  ...addresses,
  ...numbers,
  ...identifiers,
  ...plans,
  ...hostile,
  ...policyShape,
  ...policyPlaces,
  ...policyAddresses,
];
