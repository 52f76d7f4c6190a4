import type { Declared, Shape } from "./declarations";

interface Property {
  type?: string;
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
}

interface ObjectType {
  properties?: Record<string, Property>;
  required?: string[];
  enum?: unknown[];
  /** A type that is also an output may require less of an input. */
  language?: { nodejs?: { requiredInputs?: string[] } };
}

interface ResourceType extends ObjectType {
  inputProperties?: Record<string, Property>;
  requiredInputs?: string[];
}

/** As much of a Pulumi package schema as an npm SDK declares, too. */
export interface Schema {
  types?: Record<string, ObjectType>;
  resources: Record<string, ResourceType>;
  functions?: Record<string, { inputs?: ObjectType }>;
}

/** What a schema says about every resource and function, in the form of an SDK's declarations. */
export function readSchema(schema: Schema): Map<string, Declared> {
  const found = new Map<string, Declared>();
  for (const [token, resource] of Object.entries(schema.resources)) {
    const { inputProperties, requiredInputs, properties } = resource;
    const inputs = fields(schema, { properties: inputProperties, required: requiredInputs });
    found.set(token, { inputs, outputs: Object.keys(properties ?? {}) });
  }
  for (const [token, { inputs }] of Object.entries(schema.functions ?? {})) {
    found.set(token, { inputs: fields(schema, inputs ?? {}), outputs: [] });
  }
  return found;
}

function fields(schema: Schema, type: ObjectType): Shape {
  const { properties = {}, language } = type;
  const required = language?.nodejs?.requiredInputs ?? type.required ?? [];
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      required.includes(name) ? name : `${name}?`,
      shape(schema, property),
    ]),
  );
}

function shape(schema: Schema, { type, $ref, items, additionalProperties }: Property): Shape {
  const named = $ref?.startsWith("#/types/") ? schema.types?.[decode($ref)] : undefined;
  if (named) return named.enum ? "enum" : fields(schema, named);
  if ($ref) return BUILT_IN[$ref] ?? $ref;
  if (type === "array" && items) return { "[]": shape(schema, items) };
  if (type === "object") return { "{}": shape(schema, additionalProperties ?? { type: "string" }) };
  return type === "integer" ? "number" : (type ?? "any");
}

/** How the SDKs name what every Pulumi schema may refer to. */
const BUILT_IN: Record<string, string> = {
  "pulumi.json#/Any": "any",
  "pulumi.json#/Archive": "pulumi.asset.Archive",
  "pulumi.json#/Asset": "pulumi.asset.Asset",
};

const decode = (reference: string) => decodeURIComponent(reference.slice("#/types/".length));
