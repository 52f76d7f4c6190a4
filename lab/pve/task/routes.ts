import { need, type Router, text } from "../api/router";
import { refuseParams } from "../api/error";
import { type Pve } from "../pve";
import { type TaskState } from "./tasks";
import { parseUpid } from "./upid";

/** Tasks: their list, state, log, and a request to stop one. */
export function taskRoutes(router: Router, { tasks }: Pve): void {
  const known = (upid: string): TaskState => {
    if (parseUpid(upid) === undefined) refuseParams({ upid: "unable to parse worker upid" });
    return tasks.state(upid) ?? refuseParams({ upid: "no such task" });
  };

  router.on("GET", "/nodes/{node}/tasks", ({ params }) => {
    const vmid = text(params, "vmid");
    const type = text(params, "typefilter");
    const start = Number(text(params, "start") ?? 0);
    return tasks
      .list()
      .filter(({ parts }) => (vmid ?? parts.id) === parts.id && (type ?? parts.type) === parts.type)
      .slice(start, start + Number(text(params, "limit") ?? 50))
      .map(summary);
  });

  router.on("GET", "/nodes/{node}/tasks/{upid}/status", ({ params }) => {
    const { parts, status, exitstatus } = known(need(params, "upid"));
    const { user, ...rest } = parts;
    return {
      ...rest,
      upid: need(params, "upid"),
      status,
      ...tokenParts(user),
      ...(exitstatus === undefined ? {} : { exitstatus }),
    };
  });

  router.on("GET", "/nodes/{node}/tasks/{upid}/log", ({ params }) => {
    const { upid } = known(need(params, "upid"));
    const start = Number(text(params, "start") ?? 0);
    const limit = Number(text(params, "limit") ?? 50);
    const lines = tasks.log(upid).map((t, index) => ({ n: index + 1, t }));
    return lines.slice(start, limit === 0 ? undefined : start + limit);
  });

  router.on("DELETE", "/nodes/{node}/tasks/{upid}", ({ params }) => {
    tasks.stop(known(need(params, "upid")).upid);
  });

  router.on("GET", "/cluster/tasks", () => tasks.list().slice(0, 25).map(summary));
}

const summary = ({ upid, parts, exitstatus, endtime }: TaskState) => ({
  upid,
  ...parts,
  ...tokenParts(parts.user),
  ...(endtime === undefined ? {} : { endtime, status: exitstatus }),
});

function tokenParts(id: string): Record<string, string> {
  const [user = "", tokenid] = id.split("!");
  return tokenid === undefined ? { user } : { user, tokenid };
}
