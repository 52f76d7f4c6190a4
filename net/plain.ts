import { instanceName } from "./instance";
import { hiddenCharacter, type Issues, issue, quote } from "./issues";

/** Deepest nesting, longest list, longest text and most values of one declaration. */
const LIMITS = { depth: 32, list: 50_000, text: 65_536, values: 1_000_000 } as const;

/** A copy that nothing can change or answer for any more, or every reason why there is none. */
export interface Plain<T> {
  readonly value?: T;
  readonly issues: Issues;
}

/**
 * Copy a declaration from own data properties only, each read once.
 *
 * What is checked is then what is rendered: getters and proxies can not give two answers, and
 * neither inherited nor cyclic values get in. Functions and class instances are no data.
 */
export function parsePlain<T>(path: string, value: T): Plain<T> {
  const reader = new Reader();
  const copy = reader.read(path, value, 0);
  return reader.issues.length > 0
    ? { issues: reader.issues }
    : { value: copy as T, issues: reader.issues };
}

/** How a path goes on to a property. */
const step = (key: string | symbol) =>
  typeof key === "string" && /^\w+$/.test(key) ? `.${key}` : `[${quote(key)}]`;

const FORBIDDEN = ["__proto__", "constructor", "prototype"];

class Reader {
  readonly issues: string[] = [];
  private readonly above = new Set<object>();
  private values = 0;

  read(path: string, value: unknown, depth: number): unknown {
    this.values += 1;
    if (this.values > LIMITS.values) {
      if (this.values === LIMITS.values + 1) {
        this.refuse(path, `the value after ${LIMITS.values} others`, "fewer values");
      }
      return undefined;
    }
    if (typeof value === "string") return this.text(path, value);
    if (typeof value !== "object" || value === null) return this.scalar(path, value);
    if (depth >= LIMITS.depth) {
      return this.refuse(path, `nested ${depth} deep`, `at most ${LIMITS.depth} levels`);
    }
    if (this.above.has(value)) return this.refuse(path, "contains itself", "a tree of values");
    this.above.add(value);
    try {
      return this.children(path, value, depth);
    } catch {
      return this.refuse(path, "an object that refuses to be read", "plain data");
    } finally {
      this.above.delete(value);
    }
  }

  private text(path: string, value: string): unknown {
    if (value.length > LIMITS.text) {
      return this.refuse(path, `got ${value.length} characters`, `at most ${LIMITS.text}`);
    }
    return value;
  }

  private scalar(path: string, value: unknown): unknown {
    const data = value === null || ["number", "boolean", "undefined"].includes(typeof value);
    return data ? value : this.refuse(path, `got ${quote(value)}`, "plain data");
  }

  private children(path: string, value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.list(path, value, depth);
    const instance = instanceName(value);
    if (instance) return this.refuse(path, `got ${instance}`, "plain data, known by now");
    const copy: Record<string, unknown> = {};
    for (const key of Reflect.ownKeys(value)) {
      const at = `${path}${step(key)}`;
      if (typeof key !== "string" || FORBIDDEN.includes(key) || hiddenCharacter(key)) {
        this.refuse(path, `has the key ${quote(key)}`, "another key");
      } else {
        copy[key] = this.property(at, Reflect.getOwnPropertyDescriptor(value, key), depth);
      }
    }
    return copy;
  }

  private list(path: string, value: readonly unknown[], depth: number): unknown {
    const length: unknown = Reflect.getOwnPropertyDescriptor(value, "length")?.value;
    if (typeof length !== "number" || length > LIMITS.list) {
      return this.refuse(path, `got ${quote(length)} elements`, `at most ${LIMITS.list}`);
    }
    return Array.from({ length }, (_, i) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(value, i);
      return descriptor
        ? this.property(`${path}[${i}]`, descriptor, depth)
        : this.refuse(`${path}[${i}]`, "missing from the list", "a value");
    });
  }

  private property(path: string, property: PropertyDescriptor | undefined, depth: number) {
    if (!property || !("value" in property)) {
      return this.refuse(path, "computed by a getter", "a plain value");
    }
    return this.read(path, property.value, depth + 1);
  }

  private refuse(path: string, fact: string, expected: string): unknown {
    if (this.issues.length < 100) this.issues.push(...issue(path, fact, expected));
    return undefined;
  }
}
