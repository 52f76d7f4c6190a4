import { HEADER } from "./config-file";
import { declaredIssues } from "./declared";
import { got, type Issues, issue, quote } from "./issues";
import { earlierTwins } from "./twins";

const MODULE = /^[a-z0-9][a-z0-9_-]{0,55}$/;
const GONE = new Map([["vfio_virqfd", "it is a part of vfio since Linux 6.2"]]);

/** Render kernel modules to load at boot, in order (modules-load.d(5)). */
export const renderModulesLoad = (modules: readonly string[]): string =>
  [HEADER, ...modules.map(canonical), ""].join("\n");

/** Why a list of kernel modules would fail at boot. */
export const moduleIssues = (path: string, modules: readonly string[]): Issues =>
  declaredIssues(path, modules, ["text"], (plain) => nameIssues(path, plain));

function nameIssues(path: string, modules: readonly string[]): Issues {
  const twins = earlierTwins(modules.map(canonical));
  return modules.flatMap((name, i) => {
    const gone = GONE.get(canonical(name));
    return [
      ...(MODULE.test(name)
        ? []
        : issue(`${path}[${i}]`, got(name), "a kernel module such as vfio_pci")),
      ...(gone ? issue(`${path}[${i}]`, `${quote(name)} no longer exists, ${gone}`, "none") : []),
      ...(twins[i] === undefined
        ? []
        : issue(`${path}[${i}]`, `${quote(name)} is already ${path}[${twins[i]}]`, "it once")),
    ];
  });
}

// The kernel takes - and _ for the same.
const canonical = (name: string) => name.replaceAll("-", "_");
