import { parseArguments } from "./arguments";
import { CommandError, demand } from "./client";

interface Status {
  readonly storage: string;
  readonly type: string;
  readonly total: number;
  readonly used: number;
  readonly avail: number;
}

interface Volume {
  readonly volid: string;
  readonly format: string;
  readonly content: string;
  readonly size: number;
  readonly vmid?: number;
}

/** `pvesm status|list|path`: storages on the command line. */
export async function pvesm(argv: readonly string[]): Promise<void> {
  const { words, options } = parseArguments(argv);
  const [verb = "", name = ""] = words;
  if (verb === "status") {
    const all = (await demand("GET", "/nodes/localhost/storage", options)) as Status[];
    const line = (...cells: (string | number)[]) =>
      console.log(
        cells
          .map((cell, i) => (i < 3 ? String(cell).padEnd(12) : String(cell).padStart(15)))
          .join(" "),
      );
    line("Name", "Type", "Status", "Total", "Used", "Available", "%");
    for (const { storage, type, total, used, avail } of all) {
      const kib = (bytes: number) => Math.floor(bytes / 1024);
      const percent = `${((100 * used) / total).toFixed(2)}%`;
      line(storage, type, "active", kib(total), kib(used), kib(avail), percent);
    }
  } else if (verb === "list") {
    const path = `/nodes/localhost/storage/${name}/content`;
    const volumes = (await demand("GET", path, options)) as Volume[];
    const width = Math.max(5, ...volumes.map(({ volid }) => volid.length));
    const row = (cells: readonly string[]) => {
      const [volid = "", format = "", content = "", size = "", vmid = ""] = cells;
      console.log(
        `${volid.padEnd(width)} ${format.padEnd(7)} ${content.padEnd(9)} ${size.padStart(12)} ${vmid}`,
      );
    };
    row(["Volid", "Format", "Type", "Size", "VMID"]);
    for (const { volid, format, content, size, vmid = "" } of volumes) {
      row([volid, format, content, String(size), String(vmid)]);
    }
  } else if (verb === "path") {
    const [storage = ""] = name.split(":");
    const path = `/nodes/localhost/storage/${storage}/content/${encodeURIComponent(name)}`;
    console.log(((await demand("GET", path)) as { path: string }).path);
  } else throw new CommandError(`ERROR: unknown command 'pvesm ${verb}'`);
}
