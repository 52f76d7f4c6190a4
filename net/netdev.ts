import type { Bridge } from "./bridge";
import type { ConfigFile } from "./config-file";
import { flag, optional, renderIni } from "./ini";
import { parseMac } from "./mac";

/** The `.netdev` file that makes a bridge at boot (systemd.netdev(5)). */
export function renderBridgeNetdev(bridge: Bridge): ConfigFile {
  const { name, mac, stp = false, forwardDelay = 0, vlanAware, mtu } = bridge;
  return {
    path: `/etc/systemd/network/10-${name}.netdev`,
    text: renderIni([
      [
        "NetDev",
        [
          ["Name", name],
          ["Kind", "bridge"],
          ...optional("MTUBytes", mtu),
          ...optional("MACAddress", mac && (parseMac(mac) ?? mac)),
        ],
      ],
      [
        "Bridge",
        [
          ...flag("STP", stp),
          ["ForwardDelaySec", forwardDelay],
          ...flag("VLANFiltering", vlanAware),
        ],
      ],
    ]),
  };
}
