import { got, type Issues, issue, quote } from "./issues";

/**
 * What a declaration is made of: a kind of value, a list of one shape, or fields by name.
 *
 * A field whose name ends in `?` may be left out. Whatever is `checked` is left to a check of its
 * own, which says more of what it takes.
 */
export type Shape = "text" | "number" | "flag" | "checked" | readonly [Shape] | Fields;

/** The fields of an object, by name. */
export interface Fields {
  readonly [field: string]: Shape;
}

const TYPES = { text: "string", number: "number", flag: "boolean" } as const;
const EXPECTED = { text: "text", number: "a number", flag: "true or false" } as const;

/** Every place where plain data is not made as its type says, a key that does not exist included. */
export function shapeIssues(path: string, value: unknown, shape: Shape): Issues {
  if (shape === "checked") return [];
  if (typeof shape === "string") {
    return typeof value === TYPES[shape] ? [] : issue(path, got(value), EXPECTED[shape]);
  }
  if (isListShape(shape)) {
    return Array.isArray(value)
      ? value.flatMap((one: unknown, i) => shapeIssues(`${path}[${i}]`, one, shape[0]))
      : issue(path, got(value), "a list");
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? fieldIssues(path, value as Record<string, unknown>, shape)
    : issue(path, got(value), `an object of ${fieldNames(shape).join(", ")}`);
}

function fieldIssues(path: string, value: Record<string, unknown>, fields: Fields): Issues {
  const names = fieldNames(fields);
  return [
    ...Object.keys(value)
      .filter((key) => !names.includes(key))
      .flatMap((key) => issue(path, `has the key ${quote(key)}`, names.join(", "))),
    ...Object.entries(fields).flatMap(([field, shape]) => {
      const name = field.replace("?", "");
      const given = value[name];
      if (given === undefined)
        return field === name && shape !== "checked"
          ? issue(`${path}.${name}`, "missing", nameOf(shape))
          : [];
      return shapeIssues(`${path}.${name}`, given, shape);
    }),
  ];
}

const isListShape = (shape: readonly [Shape] | Fields): shape is readonly [Shape] =>
  Array.isArray(shape);

const fieldNames = (fields: Fields) => Object.keys(fields).map((field) => field.replace("?", ""));

const nameOf = (shape: Exclude<Shape, "checked">) => {
  if (typeof shape === "string") return EXPECTED[shape];
  return isListShape(shape) ? "a list" : "an object";
};
