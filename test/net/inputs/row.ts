import type { Issues } from "../../../net/issues";

/** What one kind of bad input is answered with: the reasons given, and the reasons expected. */
export interface Row {
  readonly row: string;
  readonly cases: readonly (readonly [given: Issues, expected: string])[];
}
