import { declaredIssues } from "./declared";
import { got, type Issues, issue, quote } from "./issues";
import type { Shape } from "./shape";
import { ServiceType, type SystemdService } from "./systemd-unit";

const UNIT = /^[A-Za-z0-9:_.@-]{1,240}\.(service|socket|target|path|timer|mount|device|slice)$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const LISTS = ["after", "before", "wants", "requires", "partOf", "conflicts", "wantedBy"] as const;

/** Why systemd would refuse a service, or silently run something else. */
export const serviceIssues = (path: string, service: SystemdService): Issues =>
  declaredIssues(path, service, SHAPE, (plain) => valueIssues(path, plain));

const SHAPE: Shape = {
  description: "text",
  "defaultDependencies?": "flag",
  "conditionPathExists?": ["text"],
  "after?": ["text"],
  "before?": ["text"],
  "wants?": ["text"],
  "requires?": ["text"],
  "partOf?": ["text"],
  "conflicts?": ["text"],
  type: "text",
  "remainAfterExit?": "flag",
  start: [["text"]],
  "reload?": [["text"]],
  "stop?": [["text"]],
  "restart?": "flag",
  wantedBy: ["text"],
};

function valueIssues(path: string, service: SystemdService): Issues {
  const { description, type, start, restart, remainAfterExit } = service;
  const { after = [], before = [], conditionPathExists = [] } = service;
  const oneshot = type === ServiceType.Oneshot;
  return [
    ...(description.trim() !== "" && description.length <= 120 && PRINTABLE.test(description)
      ? []
      : issue(`${path}.description`, got(description), "1 to 120 printable ASCII characters")),
    ...(Object.values(ServiceType).includes(type)
      ? []
      : issue(`${path}.type`, got(type), Object.values(ServiceType).join(", "))),
    ...LISTS.flatMap((key) => unitNames(`${path}.${key}`, service[key] ?? [])),
    ...before
      .filter((name) => after.includes(name))
      .flatMap((name) => issue(`${path}.before`, `${name} is also in after`, "it in one of them")),
    ...conditionPathExists.flatMap((file, i) =>
      isAbsolute(file)
        ? []
        : issue(`${path}.conditionPathExists[${i}]`, got(file), "an absolute path without .."),
    ),
    ...commands(`${path}.start`, start),
    ...commands(`${path}.reload`, service.reload ?? []),
    ...commands(`${path}.stop`, service.stop ?? []),
    ...(start.length === 0 ? issue(`${path}.start`, "empty", "at least one command") : []),
    ...(start.length > 1 && !oneshot
      ? issue(`${path}.start`, `${start.length} commands with type ${type}`, "one, or type oneshot")
      : []),
    ...(restart && oneshot && remainAfterExit
      ? issue(
          `${path}.restart`,
          "set beside remainAfterExit of a oneshot",
          "one of them, or a failure starts it over and over",
        )
      : []),
    ...(service.wantedBy.length === 0
      ? issue(`${path}.wantedBy`, "empty", "a target, or it would not start at boot")
      : []),
  ];
}

const unitNames = (path: string, names: readonly string[]): Issues =>
  names.flatMap((name, i) => [
    ...(UNIT.test(name)
      ? []
      : issue(`${path}[${i}]`, got(name), "a unit name such as network-pre.target")),
    ...(names.indexOf(name) < i
      ? issue(`${path}[${i}]`, `${quote(name)} is declared twice`, "it once")
      : []),
  ]);

const commands = (path: string, list: readonly (readonly string[])[]): Issues =>
  list.flatMap(([program = "", ...rest], i) => [
    ...(isAbsolute(program)
      ? []
      : issue(
          `${path}[${i}][0]`,
          got(program),
          "the absolute path of a program, without blanks or ..",
        )),
    ...rest.flatMap((word, j) =>
      PRINTABLE.test(word)
        ? []
        : issue(`${path}[${i}][${j + 1}]`, got(word), "printable ASCII characters"),
    ),
  ]);

const isAbsolute = (file: string) =>
  /^(\/[\w.,:=@+-]+)+$/.test(file) && !file.split("/").includes("..");
