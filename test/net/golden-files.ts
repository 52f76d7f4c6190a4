import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One feature: the value that goes in, and the reviewed text that has to come out. */
export interface GoldenCase<T> {
  readonly name: string;
  readonly input: T;
  readonly text: string;
}

/** The cases in test/golden/files/`kind`: `feature.json` is the input of `feature.<extension>`. */
export function goldenCases<T>(kind: string): GoldenCase<T>[] {
  const directory = join(__dirname, "..", "golden", "files", kind);
  const files = readdirSync(directory).sort();
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => {
      const name = file.replace(/\.json$/, "");
      const output = files.filter((one) => one !== file && one.startsWith(`${name}.`));
      if (output.length !== 1) throw new Error(`${kind}/${file}: ${output.length} outputs`);
      return {
        name,
        input: JSON.parse(readFileSync(join(directory, file), "utf8")) as T,
        text: readFileSync(join(directory, output[0] ?? ""), "utf8"),
      };
    });
}
