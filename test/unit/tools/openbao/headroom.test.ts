import { describe, expect, test } from "vitest";
import type { Pod } from "../../../../tools/openbao/objects.ts";
import { describeHeadroom, type Headroom, headroomProblems } from "../../../../tools/openbao/upgrade/headroom.ts";

describe("headroom", () => {
  const replica: Pod = {
    metadata: { name: "bao-0" },
    spec: {
      nodeName: "n1",
      containers: [{ resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } } }],
      initContainers: [{ resources: { requests: { cpu: "300m", memory: "64Mi" } } }],
    },
  };
  const node = (name: string, cpu: string, memory: string) => ({
    metadata: { name },
    status: { allocatable: { cpu, memory, pods: "20" } },
  });
  const room = (changes: Partial<Headroom> = {}): Headroom => ({
    nodes: [node("n1", "2", "4Gi")],
    pods: [replica, replica, replica],
    quotas: [],
    replica,
    replicas: 3,
    volume: "1Gi",
    free: {},
    ...changes,
  });

  test("cpu that what runs before the server needs counts", () => {
    expect(headroomProblems(room({ nodes: [node("n1", "1700m", "4Gi")] }))).toEqual([
      "The nodes have room for 2 of 3 more replicas, each of which asks for 300m cpu and 256 MiB. Free: 800m cpu and 3328 MiB",
    ]);
  });

  test("memory, pods that are over, nodes that take none", () => {
    expect(headroomProblems(room({ nodes: [node("n1", "4", "1500Mi")] }))[0]).toMatch(/room for 2 of 3/);
    const over: Pod = { ...replica, status: { phase: "Succeeded" } };
    expect(
      headroomProblems(room({ nodes: [node("n1", "4", "1536Mi")], pods: [replica, replica, replica, over] })),
    ).toEqual([]);
    const cordoned = { ...node("n1", "4", "8Gi"), spec: { unschedulable: true } };
    expect(headroomProblems(room({ nodes: [cordoned] }))[0]).toMatch(/room for 0 of 3 .* no node takes pods/);
    const tainted = { ...node("n1", "4", "8Gi"), spec: { taints: [{ key: "control-plane", effect: "NoSchedule" }] } };
    expect(headroomProblems(room({ nodes: [tainted, node("n2", "1", "2Gi")] }))).toEqual([]);
  });

  test("the namespace's quota", () => {
    const quota = (hard: Record<string, string>, used: Record<string, string>) => ({
      metadata: { name: "tenant" },
      status: { hard, used },
    });
    expect(
      headroomProblems(room({ quotas: [quota({ "requests.memory": "1Gi" }, { "requests.memory": "768Mi" })] })),
    ).toEqual(["Quota tenant allows requests.memory 1Gi, 768Mi is used, and a second set needs 768 MiB more"]);
    expect(
      headroomProblems(room({ quotas: [quota({ persistentvolumeclaims: "5" }, { persistentvolumeclaims: "3" })] }))[0],
    ).toMatch(/persistentvolumeclaims 5, 3 is used, and a second set needs 3 more/);
    expect(
      headroomProblems(room({ quotas: [quota({ pods: "6", secrets: "1" }, { pods: "3", secrets: "1" })] })),
    ).toEqual([]);
  });

  test("volumes, where the nodes tell what is free, and said to be unknown where not", () => {
    expect(headroomProblems(room({ free: { n1: 2.5 * 2 ** 30 } }))).toEqual([
      "A second set needs 3 more volumes of 1Gi, and the nodes' disks have room for 2: n1 2560 MiB free",
    ]);
    expect(headroomProblems(room({ free: { n1: 3 * 2 ** 30 } }))).toEqual([]);
    expect(describeHeadroom(room())).toMatch(/whether 3 more volumes of 1Gi fit is not known/);
    expect(describeHeadroom(room({ free: { n1: 3 * 2 ** 30 } }))).toMatch(/and for 3 more volumes of 1Gi$/);
  });
});
