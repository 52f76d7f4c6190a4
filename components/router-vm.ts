import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { knownPortIssues, withPorts } from "../net/card-ports";
import { deriveMac } from "../net/mac";
import type { RouterInterface } from "../net/router-network";
import { plainName, refuse } from "./input";
import type { RouterConnection } from "./proxmox-node";
import { routerAppliance } from "./router-appliance";
import { applianceIssues } from "./router-appliance-issues";
import { routerGuest } from "./router-guest";
import { routerIssues } from "./router-issues";
import type { RouterVmArgs, RouterVmInterfaceArgs } from "./router-vm-args";

/** A router: a guest whose NICs are named by MAC and whose network is configured, or an appliance. */
export class RouterVm extends pulumi.ComponentResource {
  /** Id of the guest in Proxmox. */
  readonly vmId: pulumi.Output<number>;
  /** Address on the management interface; nothing of an appliance. */
  readonly address: pulumi.Output<string>;
  /** Public SSH host key of the guest, as the hypervisor read it; nothing of an appliance. */
  readonly hostKey: pulumi.Output<string>;
  /**
   * How other components reach the guest; available once its network is configured. Nothing of an
   * appliance.
   */
  readonly connection: pulumi.Output<RouterConnection>;

  constructor(name: string, args: RouterVmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:RouterVm", plainName(name), {}, opts);

    const { appliance } = args;
    const interfaces = withMacs(name, args.interfaces);
    if (appliance) refuse(this, "appliance", applianceIssues(name, args, appliance, interfaces));
    else refuse(this, "router", routerIssues(name, args, interfaces));

    const guest = appliance
      ? unreached(routerAppliance(name, args, appliance, interfaces, { parent: this }))
      : routerGuest(name, args, interfaces, this.named(args, interfaces), this);

    machines.set(this, guest.vm);
    this.vmId = guest.vm.vmId;
    this.address = guest.address;
    this.hostKey = guest.hostKey;
    this.connection = guest.connection;
    this.registerOutputs({
      vmId: this.vmId,
      address: this.address,
      hostKey: this.hostKey,
      connection: this.connection,
    });
  }

  /** The guest itself, for `deletedWith` and `dependsOn` of what lives in it. */
  get vm(): proxmoxve.VmLegacy {
    const vm = machines.get(this);
    if (!vm) throw new Error("the router has no machine yet");
    return vm;
  }

  /** The interfaces, once it is known which MACs the ports of the card have. */
  private named(
    { interfaces: attached, ports }: RouterVmArgs,
    interfaces: RouterInterface[],
  ): pulumi.Output<RouterInterface[]> {
    if (ports === undefined) return pulumi.output(interfaces);
    return pulumi.output(ports).apply((known) => {
      refuse(this, "router", knownPortIssues(interfaces, attached, known));
      return withPorts(interfaces, attached, known);
    });
  }
}

// Not a field: the schema of the component would show it.
const machines = new WeakMap<RouterVm, proxmoxve.VmLegacy>();

/** A guest that nobody logs in to. */
function unreached(vm: proxmoxve.VmLegacy) {
  const none = pulumi.output(undefined) as pulumi.Output<never>;
  return { vm, address: none, hostKey: none, connection: none };
}

function withMacs(name: string, interfaces: RouterVmInterfaceArgs[]): RouterInterface[] {
  const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
  return interfaces.map(({ name, mac, dhcp, defaultRoute, addresses, pool, reservations }) => ({
    name,
    mac: mac ?? deriveMac(owner, name),
    dhcp,
    defaultRoute,
    addresses,
    pool,
    reservations,
  }));
}
