import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Card } from "../../lab/hardware/hardware";

const TAGGED = 0x8100;
const ARP = 0x0806;
const IPV4 = 0x0800;
const ICMP = 1;
const ECHO_REQUEST = 8;

/** A frame from a card, as far as a test asks about it. */
export interface Seen {
  /** Ethernet address of who sent it. */
  readonly from: string;
  /** VLAN of its tag; none of an untagged one. */
  readonly vlan?: number;
  readonly kind: "arp" | "echo request" | "echo reply" | "other";
}

/** The other end of a card's wire: 192.0.2.1, which answers ARP and ping, in whatever VLAN. */
export class Peer {
  static readonly address = Buffer.from([192, 0, 2, 1]);
  static readonly mac = Buffer.from("020000000099", "hex");

  /** Every frame that has come. */
  readonly seen: Seen[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly card: Card,
  ) {
    socket.on("message", (frame: Buffer) => this.receive(frame));
  }

  static async at(card: Card): Promise<Peer> {
    const socket = createSocket("udp4");
    const peer = new Peer(socket, card);
    socket.bind(card.wire, "127.0.0.1");
    await once(socket, "listening");
    return peer;
  }

  remove(): void {
    this.socket.close();
  }

  private receive(frame: Buffer): void {
    const tagged = frame.readUInt16BE(12) === TAGGED;
    const start = tagged ? 18 : 14;
    const type = frame.readUInt16BE(start - 2);
    const packet = frame.subarray(start);
    const icmp = type === IPV4 && packet[9] === ICMP ? packet[20] : undefined;
    const kind =
      type === ARP
        ? "arp"
        : icmp === ECHO_REQUEST
          ? "echo request"
          : icmp === 0
            ? "echo reply"
            : "other";
    const from = [...frame.subarray(6, 12)].map((byte) => byte.toString(16).padStart(2, "0"));
    this.seen.push({
      from: from.join(":"),
      ...(tagged && { vlan: frame.readUInt16BE(14) & 0xfff }),
      kind,
    });
    if (kind === "arp") this.answer(frame, packet, answerArp);
    if (kind === "echo request") this.answer(frame, packet, answerEcho);
  }

  /** Send the frame back, in its VLAN. */
  private answer(
    frame: Buffer,
    asked: Buffer,
    into: (reply: Buffer, asked: Buffer) => boolean,
  ): void {
    const reply = Buffer.from(frame);
    frame.copy(reply, 0, 6, 12);
    Peer.mac.copy(reply, 6);
    if (!into(reply.subarray(frame.length - asked.length), asked)) return;
    this.socket.send(reply, this.card.wire + 1, "127.0.0.1");
  }
}

function answerArp(reply: Buffer, asked: Buffer): boolean {
  if (asked.readUInt16BE(6) !== 1 || !asked.subarray(24, 28).equals(Peer.address)) return false;
  reply.writeUInt16BE(2, 6);
  Peer.mac.copy(reply, 8);
  Peer.address.copy(reply, 14);
  asked.copy(reply, 18, 8, 18);
  return true;
}

function answerEcho(reply: Buffer, asked: Buffer): boolean {
  if (!asked.subarray(16, 20).equals(Peer.address)) return false;
  asked.copy(reply, 12, 16, 20);
  asked.copy(reply, 16, 12, 16);
  reply[20] = 0;
  const sum = asked.readUInt16BE(22) + (ECHO_REQUEST << 8);
  reply.writeUInt16BE((sum & 0xffff) + (sum >> 16), 22);
  return true;
}
