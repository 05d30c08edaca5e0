import { expect, test } from "vitest";
import { parse } from "yaml";
import { configuration } from "../../../tools/cluster/kwok.ts";
import { pickPorts } from "../../../tools/cluster/ports.ts";

test("ports are free, different, and no node ports", async () => {
  const draws = [0, 0, 0.0001, 0.5, 0.99999];
  const asked: number[] = [];
  const portIsFree = async (port: number) => {
    asked.push(port);
    return port !== 20_001;
  };
  expect(await pickPorts(3, { portIsFree }, () => draws.shift() ?? 0)).toEqual([20_000, 25_000, 29_999]);
  expect(asked).toEqual([20_000, 20_001, 25_000, 29_999]);
});

test("an embedded cluster has room for many Services, and nobody in it ends for want of a lease", () => {
  expect((parse(configuration([1, 2, 3, 4, 5, 6])) as { componentsPatches: unknown }).componentsPatches).toEqual([
    { name: "kube-apiserver", extraArgs: [{ key: "service-cluster-ip-range", value: "10.96.0.0/16" }] },
    { name: "kube-controller-manager", extraArgs: [{ key: "leader-elect", value: "false" }] },
    { name: "kube-scheduler", extraArgs: [{ key: "leader-elect", value: "false" }] },
  ]);
});

test("an embedded cluster listens on these and on loopback only", () => {
  expect((parse(configuration([1, 2, 3, 4, 5, 6])) as { options: unknown }).options).toEqual({
    bindAddress: "127.0.0.1",
    disableQPSLimits: true,
    kubeApiserverPort: 1,
    etcdPort: 2,
    etcdPeerPort: 3,
    kubeControllerManagerPort: 4,
    kubeSchedulerPort: 5,
    kwokControllerPort: 6,
  });
});
