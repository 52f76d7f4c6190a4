import { ApiError } from "../api/error";
import { need, type Router, text } from "../api/router";
import { type Pve } from "../pve";
import { authId } from "./caller";

/** Logging in, and looking at users, roles and grants. */
export function accessRoutes(router: Router, { users, tickets }: Pve): void {
  router.on("POST", "/access/ticket", ({ params }) => {
    const realm = text(params, "realm");
    const name = need(params, "username");
    const user = name.includes("@") ? name : `${name}@${realm ?? "pam"}`;
    const password = need(params, "password");
    if (password.startsWith("PVE:")) {
      if (tickets.caller(password).user !== user) {
        throw new ApiError(401, "authentication failure");
      }
    } else if (!users.passwordMatches(user, password)) {
      throw new ApiError(401, "authentication failure");
    }
    const { ticket, csrf } = tickets.issue(user);
    return { username: user, ticket, CSRFPreventionToken: csrf, clustername: "lab", cap: {} };
  });

  router.on("GET", "/access", () =>
    ["users", "acl", "roles", "permissions", "ticket"].map((subdir) => ({ subdir })),
  );

  router.on("GET", "/access/users", () =>
    [...users.config.users].map(([userid, { enabled }]) => ({
      userid,
      enable: enabled ? 1 : 0,
      "realm-type": userid.split("@")[1],
    })),
  );

  router.on("GET", "/access/users/{userid}", ({ params }) => {
    const userid = need(params, "userid");
    const user = users.config.users.get(userid);
    if (user === undefined) throw new ApiError(500, `no such user ('${userid}')`);
    return { enable: user.enabled ? 1 : 0, comment: user.comment };
  });

  router.on("GET", "/access/roles", () =>
    [...users.config.roles].map(([roleid, privileges]) => ({
      roleid,
      privs: privileges.join(","),
      special: roleid.startsWith("Lab") ? 0 : 1,
    })),
  );

  router.on("GET", "/access/acl", () =>
    users.config.acl.map(({ path, id, role, propagate }) => ({
      path,
      ugid: id,
      roleid: role,
      type: id.includes("!") ? "token" : "user",
      propagate: propagate ? 1 : 0,
    })),
  );

  router.on("GET", "/access/permissions", ({ params, caller }) => {
    const path = text(params, "path") ?? "/";
    const subject = text(params, "userid") ?? authId(caller);
    const [user = "", token] = subject.split("!");
    const held = users.privileges(token === undefined ? { user } : { user, token }, path);
    return { [path]: Object.fromEntries([...held].sort().map((name) => [name, 1])) };
  });
}
