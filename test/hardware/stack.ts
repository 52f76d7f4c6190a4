import { resolve } from "node:path";
import type { Hardware } from "../../lab/hardware/hardware";
import { Project, type Result } from "../engine/project";

const root = resolve(__dirname, "../..");

const PROGRAM = `
import { readFileSync } from "node:fs";
import { PassthroughNic, SriovVfSet } from ${JSON.stringify(`${root}/components`)};
const { node, set, nics = {} } = JSON.parse(readFileSync("args.json", "utf8"));
export const functions = set && new SriovVfSet("ports", { node, ...set }).functions;
export const found = Object.entries(nics).map(([name, args]) => {
  const { address, ports } = new PassthroughNic(name, { node, ...args });
  return { address, ports };
});
`;

const settings = (api: string) => `config:
  proxmoxve:endpoint: ${api}
  proxmoxve:insecure: "true"
  proxmoxve:username: root@pam
  proxmoxve:password: proxmox-lab
`;

/** What a program declares on the machine. */
export interface Declared {
  /** Arguments of an `SriovVfSet` named `ports`. */
  readonly set?: Record<string, unknown>;
  /** Arguments of each `PassthroughNic`, by its name. */
  readonly nics?: Readonly<Record<string, Record<string, unknown>>>;
}

/** The components on the machine, brought there by the real engine. */
export class HardwareStack {
  private constructor(
    private readonly hardware: Hardware,
    private readonly project: Project,
  ) {}

  static async create(hardware: Hardware): Promise<HardwareStack> {
    const project = await Project.create({
      "Pulumi.yaml": "name: hardware-test\nruntime: nodejs\nmain: index.ts\n",
      "index.ts": PROGRAM,
    });
    project.write("Pulumi.test.yaml", settings(hardware.api));
    return new HardwareStack(hardware, project);
  }

  async up(declared: Declared, ...flags: string[]): Promise<Result> {
    const { host: address, port, user, privateKey, hostKey } = this.hardware.access;
    const node = { name: "pve", address, port, user, privateKey, hostKey };
    this.project.write("args.json", JSON.stringify({ node, ...declared }));
    return this.project.run("up", "--yes", "--skip-preview", ...flags);
  }

  destroy(): Promise<Result> {
    return this.project.run("destroy", "--yes", "--skip-preview");
  }

  async output(name: string): Promise<unknown> {
    return (await this.project.outputs())[name];
  }

  remove(): void {
    this.project.remove();
  }
}
