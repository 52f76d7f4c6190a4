import { createConnection, createServer, type Server } from "node:net";

// An abstract socket: one for the machine, as the lab is, and gone with the process that holds it.
const NAME = "\0proxmox-router-lab";

/** Do something with the lab that nobody may disturb; fails when somebody else is at it. */
export async function withLock<T>(what: string, work: () => Promise<T>): Promise<T> {
  const server = await take(`${what} (process ${process.pid})`);
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function take(what: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(what);
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") {
        reject(error);
        return;
      }
      void holder().then((who) => reject(new Error(`the lab is busy: ${who}; try again after it`)));
    });
    server.listen(NAME, () => resolve(server));
  });
}

function holder(): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(NAME);
    let text = "";
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text === "" ? "somebody else" : text));
  });
}
