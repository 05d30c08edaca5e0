// Which process listens on a TCP port of this machine, without lsof on Linux: the kernel's own tables.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { capture } from "../terminal/process.ts";

/** Listening sockets of a /proc/net/tcp or tcp6 table: port to inode. */
export function parseProcNet(table: string): ReadonlyMap<number, string> {
  const listening = "0A";
  const found = new Map<number, string>();
  for (const line of table.split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, local, , state] = fields;
    const inode = fields[9];
    const port = Number.parseInt(local?.split(":")[1] ?? "", 16);
    if (state === listening && inode !== undefined && Number.isInteger(port)) found.set(port, inode);
  }
  return found;
}

/** Listening ports in lsof's field output (-F pcn): port to "name (pid n)". */
export function parseLsof(output: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  let pid = "";
  let command = "";
  for (const line of output.split("\n")) {
    if (line.startsWith("p")) pid = line.slice(1);
    else if (line.startsWith("c")) command = line.slice(1);
    else if (line.startsWith("n")) {
      const port = Number(line.slice(line.lastIndexOf(":") + 1));
      if (Number.isInteger(port)) found.set(port, `process ${command} (pid ${pid})`);
    }
  }
  return found;
}

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

const list = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const linkOf = (file: string): string => {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
};

function processOfInodes(inodes: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pid of list("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    for (const handle of list(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${handle}`))?.[1];
      if (inode !== undefined && inodes.has(inode))
        found.set(inode, `process ${read(`/proc/${pid}/comm`).trim()} (pid ${pid})`);
    }
    if (found.size === inodes.size) break;
  }
  return found;
}

const unknownOwner = "a process of another user";

function linuxListeners(ports: readonly number[]): ReadonlyMap<number, string> {
  const sockets = new Map([...parseProcNet(read("/proc/net/tcp6")), ...parseProcNet(read("/proc/net/tcp"))]);
  const taken = ports.flatMap((port) => {
    const inode = sockets.get(port);
    return inode === undefined ? [] : [{ port, inode }];
  });
  const owners =
    taken.length === 0 ? new Map<string, string>() : processOfInodes(new Set(taken.map(({ inode }) => inode)));
  return new Map(taken.map(({ port, inode }) => [port, owners.get(inode) ?? unknownOwner]));
}

const bindable = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

async function otherListeners(ports: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const { code, stdout } = await capture("lsof", ["-nP", "-iTCP", "-sTCP:LISTEN", "-Fpcn"], { timeoutMs: 10_000 });
  const known = code === 127 ? new Map<number, string>() : parseLsof(stdout);
  const verdicts = await Promise.all(ports.map(async (port) => ({ port, free: await bindable(port) })));
  return new Map(verdicts.filter(({ free }) => !free).map(({ port }) => [port, known.get(port) ?? unknownOwner]));
}

/** The taken ones among `ports`, each with who listens. */
export async function listeners(ports: readonly number[]): Promise<ReadonlyMap<number, string>> {
  return process.platform === "linux" ? linuxListeners(ports) : otherListeners(ports);
}
