// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { confirmRemovalCall, removeCall } from "../../agent/frame";
import { hook } from "./hooks";
import { Machine } from "./machine";
import { Change, filter } from "./slices";
import { ask } from "./world";

const operations = (version: 1 | 2): Operation[] => [
  { kind: "aside", pattern: `/etc/demo/theirs${version}*` },
  { kind: "file", path: "/etc/demo/same.conf", text: `${version}\n` },
  { kind: "file", path: `/etc/demo/${version}.conf`, text: "only\n" },
  { kind: "file", path: "/etc/demo/boot.conf", text: `${version}\n`, at: "boot" },
  { kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 },
  filter(`tcp dport ${version} drop`),
];

/** What comes up with a version, or with nothing of ours: files, rules, and what differs. */
const BOOTED: Record<string, string> = {
  "theirs1=1 theirs2=2 | | 0": "nothing",
  "1.conf=only boot.conf=1 same.conf=1 theirs2=2 | tcp dport 1 drop | 0": "the first",
  "2.conf=only boot.conf=2 same.conf=2 theirs1=1 | tcp dport 2 drop | 0": "the second",
};

const PLACES = "/var/lib/proxmox-router /usr/local/lib/proxmox-router /etc/demo";

/** Keep what the disk holds before each change that any part of the agent makes to it. */
const photographer = (directory: string) => `
for place in ${PLACES}; do
  case "$* " in *"$place"*)
    image=${directory}/$(date +%s%N).$$
    for place in ${PLACES}; do
      busybox mkdir -p "$image\${place%/*}"
      [ ! -e $place ] || busybox cp -a $place "$image$place"
    done
    break ;;
  esac
done`;

/** Boot each image that differs from the others, and say what comes up. */
const darkroom = (directory: string) => `
for image in ${directory}/*; do
  sum=$(cd $image && { find . -type f -exec sha256sum {} + | sort; find . | sort; } | sha256sum)
  ! grep -qF "$sum" /run/seen 2>/dev/null || continue
  echo "$sum" >>/run/seen
  rm -rf /var/lib/proxmox-router /usr/local/lib/proxmox-router /etc/demo/*
  # Not the image as a whole: what is above these places is the real machine's.
  for place in ${PLACES}; do
    [ ! -e "$image$place" ] || cp -a "$image$place" "\${place%/*}/"
  done
  unshare --mount --net sh -c '
    mount -t tmpfs tmpfs /run
    agent=/usr/local/lib/proxmox-router/agent
    if [ -r $agent ]; then sh $agent boot; sh $agent restore; fi 2>/dev/null
    cd /etc/demo && for file in $(ls -A); do printf "%s=%s " "$file" "$(cat "$file")"; done
    printf "| %s | " "$(nft list ruleset | grep -o "tcp dport.*")"
    if [ -r $agent ]; then sh $agent drift >/run/drift; fi
    echo "$? $(cat /run/drift 2>/dev/null)"'
done`;

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start();
});
afterAll(() => machine.stop());

test("power that is lost before any write leaves a disk that boots what is confirmed", async () => {
  const first = new Change(machine, operations(1));
  const second = new Change(machine, operations(2));
  await machine.exec("mkdir /etc/demo; echo 1 >/etc/demo/theirs1; echo 2 >/etc/demo/theirs2");
  await hook(machine, photographer(machine.path("images")));

  await first.keep();
  await second.begin();
  await second.abort();
  await second.keep();
  for (const { command, stdin } of [removeCall("net"), confirmRemovalCall("net")])
    expect(await machine.ssh(command, stdin)).toMatchObject({ code: 0 });
  await machine.powerCut();
  await machine.powerOn();

  const booted = (await ask(machine, darkroom(machine.path("images"))))
    .split("\n")
    .map((line) => BOOTED[line.replaceAll(/ +/g, " ").trim()] ?? line);
  expect(booted.length).toBeGreaterThan(40);
  expect(booted.filter((one, i) => one !== booted[i - 1])).toEqual([
    ...["nothing", "the first", "the second", "nothing"],
  ]);
}, 120_000);
