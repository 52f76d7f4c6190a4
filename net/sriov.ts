/** A setting of a virtual function. */
export const SriovSetting = {
  Mac: "mac",
  Vlan: "vlan",
  Trust: "trust",
  SpoofCheck: "spoofCheck",
  LinkState: "linkState",
  MaxRate: "maxRate",
  MinRate: "minRate",
} as const;
/** A setting of a virtual function, which its driver may not know. */
export type SriovSetting = (typeof SriovSetting)[keyof typeof SriovSetting];

/** Where the link of a virtual function comes from. */
export const SriovLinkState = { Auto: "auto", Enable: "enable", Disable: "disable" } as const;
/** Whether the link of a virtual function follows that of its card, or is always up or down. */
export type SriovLinkState = (typeof SriovLinkState)[keyof typeof SriovLinkState];

/** One virtual function of a card. What is left out stays as the driver has it, but for the MAC. */
export interface SriovVf {
  /**
   * Name within the set: a lower-case letter, then letters, digits and dashes, at most 12.
   * @default "vf" and its number
   */
  name?: string;
  /**
   * Name of its mapping in Proxmox.
   * @default the component's name, a dash, and `name`
   */
  mapping?: string;
  /**
   * Ethernet address.
   * @default derived from project, stack, component and number; begins with `02:`
   */
  mac?: string;
  /**
   * VLAN, 1 to 4094: whoever has the function is in it and does not see its tag.
   * @default none
   */
  vlan?: number;
  /**
   * Priority of its frames in the VLAN, 0 to 7.
   * @default 0
   */
  qos?: number;
  /**
   * Whether it may change its MAC and receive what is for others.
   * @default as the driver has it
   */
  trust?: boolean;
  /**
   * Whether frames with another source MAC are dropped.
   * @default as the driver has it
   */
  spoofCheck?: boolean;
  /**
   * Whether its link follows the card's (`auto`), or is always up (`enable`) or down (`disable`).
   * @default as the driver has it
   */
  linkState?: SriovLinkState;
  /**
   * Most that it may send, in Mbit/s; 0 for no limit.
   * @default as the driver has it
   */
  maxRate?: number;
  /**
   * What it can always send, in Mbit/s; 0 for no guarantee.
   * @default as the driver has it
   */
  minRate?: number;
  /**
   * Settings that the driver may refuse, which is then noted on the host and left out.
   * @default none: what the driver refuses takes the change back
   */
  optional?: SriovSetting[];
}

/** The virtual functions of one card. */
export interface SriovVfs {
  /** The card, which stays the host's: its permanent MAC address, or its PCI address. */
  card: string;
  /** How many virtual functions it has, 1 to 256. */
  count: number;
  /**
   * What they are, the first first; those beyond the list have their MAC and are else as the driver
   * has them.
   * @default none is told more
   */
  vfs?: SriovVf[];
  /**
   * Whether they are for guests: no driver of the host takes them, and each gets a mapping. Otherwise they
   * are links of the host, such as for containers.
   * @default true
   */
  forGuests?: boolean;
  /**
   * Whether another number of them may take away those that there are, if nobody uses one.
   * @default false
   */
  allowVfReset?: boolean;
}
