import { formatComplaint } from "./formats";
import { formatFields, type ObjectSchema, property, type ValueSchema } from "./model";
import { parsePropertyString } from "./property-string";

/** What is wrong, by parameter, in Proxmox's words. */
export type Errors = Record<string, string>;

/** Parameters as they arrive: text, or several texts where a list was sent. */
export type RawParams = Readonly<Record<string, unknown>>;

/** Parameters after the check: booleans are "1" and "0", everything else text. */
export type Params = Record<string, string | string[]>;

/** Check parameters against a method's schema; returns them normalised, errors into `errors`. */
export function checkParams(
  fields: ObjectSchema,
  open: boolean,
  raw: RawParams,
  errors: Errors,
  prefix = "",
): Params {
  const result: Params = {};
  for (const [name, value] of Object.entries(raw)) {
    const schema = property(fields, name);
    if (schema === undefined || schema.alias !== undefined) {
      if (open) result[name] = String(value);
      else {
        errors[prefix + name] =
          "property is not defined in schema and the schema does not allow additional properties";
      }
      continue;
    }
    if (schema.requires !== undefined && raw[schema.requires] === undefined) {
      errors[prefix + schema.requires] = `missing property required by '${prefix}${name}'`;
    }
    result[name] = checkValue(schema, value, prefix + name, errors);
  }
  for (const [name, schema] of Object.entries(fields)) {
    const optional = Number(schema.optional ?? 0) === 1 || schema.alias !== undefined;
    if (!optional && !name.endsWith("[n]") && raw[name] === undefined) {
      errors[prefix + name] ??= "property is missing and it is not optional";
    }
  }
  return result;
}

function checkValue(
  schema: ValueSchema,
  value: unknown,
  path: string,
  errors: Errors,
): string | string[] {
  if (schema.type === "array") {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items.map((item, index) =>
      String(checkValue(schema.items ?? {}, item, `${path}[${index}]`, errors)),
    );
  }
  const text = typeof value === "boolean" ? (value ? "1" : "0") : scalar(value);
  if (schema.type === "boolean") {
    if (/^(1|on|yes|true)$/i.test(text)) return "1";
    if (/^(0|off|no|false)$/i.test(text)) return "0";
  }
  const complaint = valueComplaint(schema, text, path);
  if (complaint !== undefined) errors[path] = complaint;
  return text;
}

/** Repeated form keys reach Proxmox joined by NUL, which its lists accept as a separator. */
const scalar = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join("\0") : String(value);

function valueComplaint(schema: ValueSchema, text: string, path: string): string | undefined {
  const { type, enum: allowed, minimum, maximum, minLength, maxLength } = schema;
  const wrongType = `type check ('${type ?? ""}') failed - got '${text}'`;
  if (type === "boolean") return wrongType;
  if (type === "integer" || type === "number") {
    const shape = type === "integer" ? /^[+-]?\d+$/ : /^[+-]?\d+(\.\d+)?$/;
    if (!shape.test(text)) return wrongType;
    if (minimum !== undefined && Number(text) < Number(minimum)) {
      return `value must have a minimum value of ${minimum}`;
    }
    if (maximum !== undefined && Number(text) > Number(maximum)) {
      return `value must have a maximum value of ${maximum}`;
    }
  }
  if (schema.format !== undefined && text !== "") {
    const complaint = formatError(schema.format, text, path);
    if (complaint !== undefined) return `invalid format - ${complaint}\n`;
  }
  if (minLength !== undefined && text.length < minLength) {
    return `value must be at least ${minLength} characters long`;
  }
  if (maxLength !== undefined && text.length > maxLength) {
    return `value may only be ${maxLength} characters long`;
  }
  if (schema.pattern !== undefined && !perlPattern(schema.pattern).test(text)) {
    return "value does not match the regex pattern";
  }
  if (allowed !== undefined && !allowed.includes(text)) {
    return `value '${text}' does not have a value in the enumeration '${allowed.join(", ")}'`;
  }
  return undefined;
}

function formatError(format: string | ObjectSchema, text: string, path: string) {
  const fields = typeof format === "string" ? formatFields(format) : format;
  if (fields === undefined) return formatComplaint(format as string, text);
  const parsed = parsePropertyString(fields, text);
  if (typeof parsed === "string") return parsed;
  const errors: Errors = {};
  checkParams(fields, false, parsed, errors, `${path}.`);
  const lines = Object.entries(errors).map(([name, what]) => `${name}: ${what.trimEnd()}`);
  return lines.length > 0 ? ["format error", ...lines].join("\n") : undefined;
}

const patterns = new Map<string, RegExp>();

/** Proxmox's patterns are Perl's: `(?^:x)` groups, and `{,n}`, are written differently here. */
function perlPattern(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const plain = source.replace(/\(\?\^[a-z]*:/g, "(?:").replace(/\{,/g, "{0,");
  const pattern = new RegExp(`^(?:${plain})$`, source.includes("(?^i:") ? "i" : "");
  patterns.set(source, pattern);
  return pattern;
}
