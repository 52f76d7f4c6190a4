import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { SshTarget } from "../agent/ssh";
import { sshHostIssues } from "../net/dns-name";
import type { Issues } from "../net/issues";
import { userNameIssues } from "../net/names";
import { portIssues } from "../net/ports";
import { nodeNameIssues } from "../net/proxmox-id";
import { plainText } from "./input";

/** A Proxmox VE node, and the way to its shell for what its API has no word for. */
export interface ProxmoxNodeArgs {
  /** Name of the node in Proxmox. */
  name: string;
  /** Address or host name of its SSH server. */
  address: pulumi.Input<string>;
  /**
   * Port of its SSH server.
   * @default 22
   */
  port?: pulumi.Input<number>;
  /**
   * User to log in as; needs the rights of root.
   * @default "root"
   */
  user?: pulumi.Input<string>;
  /** Private key to log in with, in OpenSSH or PEM format, without passphrase. */
  privateKey: pulumi.Input<string>;
  /** Public host key, as `ssh-ed25519 AAAA…`; a server with another key is never talked to. */
  hostKey: pulumi.Input<string>;
}

/** How a machine is reached, a node or a guest behind one, all host keys pinned. */
export interface MachineConnection {
  /** Address of its SSH server. */
  host: string;
  /**
   * Port of its SSH server.
   * @default 22
   */
  port?: number;
  /**
   * User to log in as; needs the rights of root.
   * @default "root"
   */
  user?: string;
  /** Private key to log in with. */
  privateKey: string;
  /** Public host key. */
  hostKey: string;
  /**
   * The node in front of a guest.
   * @default none
   */
  proxy?: RouterConnectionProxy;
  /**
   * Id of a guest in Proxmox, by which its node takes a change back when SSH does not get there.
   * @default none: only the machine itself goes back
   */
  vmId?: number;
}

/** How a router guest is reached: through its node, both host keys pinned. */
export interface RouterConnection {
  /** Address of the guest on its management interface. */
  host: string;
  /** Private key to log in with. */
  privateKey: string;
  /** Public host key of the guest. */
  hostKey: string;
  /** The node in front of it. */
  proxy: RouterConnectionProxy;
  /**
   * Id of the guest in Proxmox, by which its node takes a change back when SSH does not get there.
   * @default none: only the guest itself goes back
   */
  vmId?: number;
}

/** The node through which a guest is reached. */
export interface RouterConnectionProxy {
  /** Address of the node. */
  host: string;
  /** Port of its SSH server. */
  port: number;
  /** User to log in as. */
  user: string;
  /** Private key to log in with. */
  privateKey: string;
  /** Public host key of the node. */
  hostKey: string;
}

/** Every reason why a node can not be what it is declared to be, as far as it is known already. */
export function nodeIssues({ name, address, port = 22, user = "root" }: ProxmoxNodeArgs): Issues {
  return [
    ...nodeNameIssues("node.name", name),
    ...plainText(address, (text) => sshHostIssues("node.address", text)),
    // What comes later is an object.
    ...(typeof port === "object" ? [] : portIssues("node.port", port)),
    ...plainText(user, (text) => userNameIssues("node.user", text)),
  ];
}

// A machine that just boots refuses connections for a while; each refusal costs about a second.
const DIAL_ERROR_LIMIT = 60;

/** The node's shell, as a proxy hop or to run commands in. */
export function nodeConnection(node: ProxmoxNodeArgs): pulumi.Output<RouterConnectionProxy> {
  const { address, port = 22, user = "root", privateKey, hostKey } = node;
  return pulumi.secret(pulumi.output({ host: address, port, user, privateKey, hostKey }));
}

/** `connection` of a command that runs on the node itself. */
export function onNode(node: ProxmoxNodeArgs): pulumi.Output<types.input.remote.ConnectionArgs> {
  return nodeConnection(node).apply((connection) => ({
    ...connection,
    dialErrorLimit: DIAL_ERROR_LIMIT,
  }));
}

/** `connection` of a command that runs on a machine, a node or a guest behind one. */
export function onMachine(
  connection: pulumi.Input<SshTarget>,
): pulumi.Output<types.input.remote.ConnectionArgs> {
  return pulumi.secret(
    pulumi.output(connection).apply((known?: SshTarget) => {
      if (!known) {
        throw new pulumi.RunError(
          "connection: nothing leads there; expected that of a machine that is configured, which an appliance is not",
        );
      }
      const { host, port = 22, user = "root", privateKey, hostKey, proxy } = known;
      return { host, port, user, privateKey, hostKey, proxy, dialErrorLimit: DIAL_ERROR_LIMIT };
    }),
  );
}
