import { got, type Issues, issue } from "./issues";
import { macIssues } from "./mac";
import { pciCardIssues } from "./pci";

/** How a card that a guest gets is known: by its place, or by the address of one of its ports. */
export interface PassedCard {
  /**
   * PCI address: `0000:01:00` for a whole card, `0000:01:00.0` for one function.
   * @default none: the card is known by `mac`
   */
  path?: string;
  /**
   * Permanent Ethernet address of a port: the function that has it, wherever the card is now.
   * @default none: the card is known by `path`
   */
  mac?: string;
  /**
   * Whether the card with `mac` is meant as a whole.
   * @default false
   */
  wholeCard?: boolean;
}

/** Every reason why a card that a guest gets is not declared well. */
export function passedCardIssues({ path, mac, wholeCard }: PassedCard): Issues {
  if (path === undefined && mac === undefined) {
    return issue("path", "missing, and so is mac", "one of them");
  }
  return [
    ...(path === undefined ? [] : pciCardIssues("path", path)),
    ...(mac === undefined ? [] : macIssues("mac", mac)),
    ...(path !== undefined && mac !== undefined
      ? issue("mac", "path is declared too", "one of them")
      : []),
    ...(wholeCard === undefined || typeof wholeCard === "boolean"
      ? []
      : issue("wholeCard", got(wholeCard), "true or false")),
    ...(path !== undefined && wholeCard !== undefined
      ? issue("wholeCard", "path says it already", "it beside mac only")
      : []),
  ];
}
