import { Project } from "./project";

const component = `
import * as pulumi from "@pulumi/pulumi";

/** What a greeter needs. */
export interface GreeterArgs {
  /** Who is greeted. */
  who: pulumi.Input<string>;
}

/** Greets. */
export class Greeter extends pulumi.ComponentResource {
  public readonly greeting: pulumi.Output<string>;

  constructor(name: string, args: GreeterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("greeter:index:Greeter", name, args, opts);
    if (name === "nobody") throw new Error("name: there is nobody to greet");
    this.greeting = pulumi.interpolate\`hello \${args.who}\`;
    this.registerOutputs({ greeting: this.greeting });
  }
}
`;

const program = `
import * as pulumi from "@pulumi/pulumi";
class Greeter extends pulumi.ComponentResource {
  readonly greeting!: pulumi.Output<string>;
  constructor(name: string, args: object) {
    super("greeter:index:Greeter", name, { ...args, greeting: undefined }, {}, true);
  }
}
const name = new pulumi.Config().require("name");
export const greeting = new Greeter(name, { who: pulumi.output("world") }).greeting;
`;

describe("a package of components", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create({
      "Pulumi.yaml": `name: engine-test
runtime: nodejs
main: index.ts
plugins:
  providers:
    - { name: greeter, path: greeter }
`,
      "index.ts": program,
      "greeter/PulumiPlugin.yaml": "runtime: nodejs\n",
      "greeter/package.json": JSON.stringify({ name: "greeter", version: "1.4.0" }),
      "greeter/tsconfig.json": JSON.stringify({ compilerOptions: { strict: true } }),
      "greeter/index.ts": component,
    });
  }, 300_000);
  afterAll(() => project.remove());

  test("is hosted for a program of another directory", async () => {
    await project.expect("config", "set", "name", "first");
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(await project.outputs()).toEqual({ greeting: "hello world" });
    await project.expect("preview", "--expect-no-changes");
  }, 180_000);

  test("fails the update with the message of an error it throws", async () => {
    await project.expect("config", "set", "name", "nobody");
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("name: there is nobody to greet");
  }, 180_000);

  test("shows the schema that the SDK's analyzer infers", async () => {
    const shown = await project.expect("package", "get-schema", "./greeter");
    const schema = JSON.parse(shown.slice(shown.indexOf("{"))) as unknown;
    expect(schema).toMatchObject({
      name: "greeter",
      version: "1.4.0",
      resources: {
        "greeter:index:Greeter": {
          isComponent: true,
          inputProperties: { who: { type: "string" } },
          requiredInputs: ["who"],
          properties: { greeting: { type: "string" } },
        },
      },
    });
  }, 180_000);
});
