import * as pulumi from "@pulumi/pulumi";
import { build } from "./stacks";

const project = pulumi.getProject();
const config = new pulumi.Config();

export = () =>
  build(project, {
    get: (key) => config.get(key),
    getObject: (key) => config.getObject(key),
    keys: () =>
      Object.keys(pulumi.runtime.allConfig())
        .filter((name) => name.startsWith(`${project}:`))
        .map((name) => name.slice(project.length + 1)),
  });
