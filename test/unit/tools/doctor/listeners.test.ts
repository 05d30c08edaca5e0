import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { parseInfo } from "../../../../tools/doctor/engine.ts";
import { listeners, parseLsof, parseProcNet } from "../../../../tools/doctor/listeners.ts";

describe("who listens", () => {
  test("the kernel's table: listening sockets only", () => {
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:765C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0",
      "   1: 0100007F:765D 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0",
      "",
    ].join("\n");
    expect([...parseProcNet(table)]).toEqual([[30300, "4711"]]);
  });

  test("lsof's fields", () => {
    expect([...parseLsof("p12\ncnginx\nf6\nn*:30300\nf7\nn[::1]:443\np13\ncnode\nn127.0.0.1:8080\n")]).toEqual([
      [30300, "process nginx (pid 12)"],
      [443, "process nginx (pid 12)"],
      [8080, "process node (pid 13)"],
    ]);
  });

  test("a real port, held by this process", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    try {
      expect((await listeners([port])).get(port)).toContain(`(pid ${process.pid})`);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect((await listeners([port])).size).toBe(0);
  });
});

describe("what the engine says of itself", () => {
  const info = (value: unknown, code = 0, stderr = "") =>
    parseInfo({ code, stdout: JSON.stringify(value), stderr }, true);

  test.each([
    ["no answer", { code: 124, stdout: "", stderr: "" }, { state: "stopped", message: "no answer within 10 s" }],
    [
      "no daemon",
      { code: 1, stdout: "", stderr: "Cannot connect to the Docker daemon" },
      { state: "stopped", message: "Cannot connect to the Docker daemon" },
    ],
    [
      "no permission",
      { code: 1, stdout: "", stderr: "permission denied while trying to connect" },
      { state: "denied", message: "permission denied while trying to connect" },
    ],
  ] as const)("%s", (_, captured, wanted) => {
    expect(parseInfo(captured, false)).toEqual(wanted);
  });

  test("newer clients print a client half with the server's error", () => {
    expect(info({ ClientInfo: {}, ServerErrors: ["Cannot connect to the Docker daemon at unix:///x"] }, 1)).toEqual({
      state: "stopped",
      message: "Cannot connect to the Docker daemon at unix:///x",
    });
  });

  test.each([
    [{ ServerVersion: "28", OperatingSystem: "Docker Desktop" }, "Docker Desktop", true],
    [{ ServerVersion: "28", OperatingSystem: "OrbStack" }, "OrbStack", false],
    [{ ServerVersion: "28", OperatingSystem: "Ubuntu 24.04", Name: "colima" }, "Colima", false],
    [{ ServerVersion: "28", OperatingSystem: "Debian GNU/Linux 12" }, "Docker", false],
    [
      { host: { arch: "amd64", cpus: 4, memTotal: 1, cgroupVersion: "v2" }, version: { Version: "5.4.0" } },
      "Podman",
      false,
    ],
  ])("%j", (value, product, ownKubernetes) => {
    expect(info(value)).toMatchObject({ state: "running", product, ownKubernetes });
  });
});
