import { createServer } from "node:net";

// The outside host: whoever connects is told which address it came from.
const server = createServer((socket) => {
  const peer = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  socket.on("error", () => socket.destroy());
  socket.end(`${peer}\n`);
});
server.listen(80, "::");
