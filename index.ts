import * as pulumi from "@pulumi/pulumi";
import { build } from "./stacks";

export = () => build(pulumi.getProject(), new pulumi.Config());
