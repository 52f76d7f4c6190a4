import { each, type Entry, flag, optional, renderIni } from "./ini";

/** When systemd takes a service to be up (systemd.service(5)). */
export const ServiceType = { Oneshot: "oneshot", Exec: "exec", Notify: "notify" } as const;
/** When systemd takes a service to be up: after its last command, once it runs, or when it says so. */
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** A service, with its place in the order of the boot. Commands are argument lists, never shell. */
export interface SystemdService {
  /** What it does, in a few words. */
  readonly description: string;
  /** `false` for a service that belongs to the early boot, before basic.target. */
  readonly defaultDependencies?: boolean;
  /** Paths without which it does not run. */
  readonly conditionPathExists?: readonly string[];
  /** Units that it waits for, if they start too. */
  readonly after?: readonly string[];
  /** Units that wait for it. */
  readonly before?: readonly string[];
  /** Units to start along with it. */
  readonly wants?: readonly string[];
  /** Units without which it fails. */
  readonly requires?: readonly string[];
  /** Units whose stop and restart it follows. */
  readonly partOf?: readonly string[];
  /** Units that end it. */
  readonly conflicts?: readonly string[];
  /** When it counts as started. */
  readonly type: ServiceType;
  /** Whether it counts as running after its commands have ended. */
  readonly remainAfterExit?: boolean;
  /** Commands to start it, in order. */
  readonly start: readonly (readonly string[])[];
  /** Commands that make it read its files again. */
  readonly reload?: readonly (readonly string[])[];
  /** Commands to stop it. */
  readonly stop?: readonly (readonly string[])[];
  /** Whether systemd starts it again after a failure. */
  readonly restart?: boolean;
  /** Targets that start it at boot. */
  readonly wantedBy: readonly string[];
}

/** Render a `.service` file. */
export function renderService(service: SystemdService): string {
  return renderIni([
    [
      "Unit",
      [
        ["Description", escapePercent(service.description)],
        ...flag("DefaultDependencies", service.defaultDependencies),
        ...each("ConditionPathExists", service.conditionPathExists?.map(escapePercent)),
        ...units("After", service.after),
        ...units("Before", service.before),
        ...units("Wants", service.wants),
        ...units("Requires", service.requires),
        ...units("PartOf", service.partOf),
        ...units("Conflicts", service.conflicts),
      ],
    ],
    [
      "Service",
      [
        ["Type", service.type],
        ...flag("RemainAfterExit", service.remainAfterExit),
        ...each("ExecStart", service.start.map(commandLine)),
        ...each("ExecReload", service.reload?.map(commandLine)),
        ...each("ExecStop", service.stop?.map(commandLine)),
        // Without the pause systemd gives up after five failures in a row.
        ...optional("Restart", service.restart ? "on-failure" : undefined),
        ...optional("RestartSec", service.restart ? 5 : undefined),
      ],
    ],
    ["Install", units("WantedBy", service.wantedBy)],
  ]);
}

const units = (key: string, names: readonly string[] = []): Entry[] =>
  names.length > 0 ? [[key, names.join(" ")]] : [];

const escapePercent = (text: string) => text.replaceAll("%", "%%");

// systemd expands % and $ itself, and splits at blanks outside quotes.
const commandLine = (words: readonly string[]) =>
  words
    .map((word) => escapePercent(word).replaceAll("$", "$$$$"))
    .map((word) => (/^[\w%$/.,:=@+-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&")}"`))
    .join(" ");
