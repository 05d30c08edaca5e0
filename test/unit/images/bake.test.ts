import { describe, expect, test } from "vitest";
import { type BakeArgs, bake, bakeKey, findBaked, parseImages } from "../../../tools/image/bake.ts";
import { type Answer, recordingMachine } from "../../support/image-machine.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const list = (...rows: readonly (readonly [reference: string, digest: string])[]): string =>
  [
    "REF TYPE DIGEST SIZE PLATFORMS LABELS",
    ...rows.map(([ref, of]) => `${ref} media/type ${of} 1.0 MiB linux/amd64 -`),
  ].join("\n");
const etcd = ["registry.k8s.io/etcd:3.6", digest("e")] as const;
const postgres = ["docker.io/library/postgres:17.10", digest("a")] as const;
const image = (Id: string, Labels: Record<string, string> | null = null) => ({
  Id,
  Config: { Entrypoint: ["/usr/local/bin/entrypoint", "/sbin/init"], Cmd: null, Labels },
});

const args: BakeArgs = { cluster: "c", node: "c-control-plane", nodeImage: "docker.io/kindest/node:v1" };
const key = bakeKey("base", [
  { reference: etcd[0], digest: etcd[1] },
  { reference: postgres[0], digest: postgres[1] },
]);

const machineWith = (options: {
  readonly base?: object;
  readonly baked?: object;
  readonly answer?: (line: string) => Answer | undefined;
}) =>
  recordingMachine((line) => {
    const own = options.answer?.(line);
    if (own) return own;
    if (line.includes("image inspect")) {
      const found = line.endsWith("strata.local/node:c") ? options.baked : (options.base ?? image("base"));
      return found ? { stdout: JSON.stringify(found) } : { code: 1, stderr: "No such image" };
    }
    if (line.includes("exec c-control-plane ctr --namespace=k8s.io images ls")) return { stdout: list(etcd, postgres) };
    if (line.includes("images ls")) return { stdout: list(etcd) };
    if (line.includes("uname")) return { stdout: "x86_64\n" };
    return undefined;
  });

describe("what a node has", () => {
  test("names that containerd adds are no images", () => {
    expect(
      parseImages(list(postgres, [digest("a"), digest("a")], [`docker.io/x@${digest("b")}`, digest("b")])),
    ).toEqual([{ reference: postgres[0], digest: postgres[1] }]);
    expect(parseImages("")).toEqual([]);
  });

  test("the key follows the node image and every digest, and not the order", () => {
    const rows = parseImages(list(etcd, postgres));
    expect(bakeKey("base", rows)).toBe(bakeKey("base", [...rows].reverse()));
    expect(bakeKey("other", rows)).not.toBe(bakeKey("base", rows));
    expect(bakeKey("base", parseImages(list(etcd, [postgres[0], digest("b")])))).not.toBe(bakeKey("base", rows));
  });
});

describe("using it", () => {
  test.each([
    ["there is none", undefined, undefined],
    ["it was made from another node image", image("b", { "dev.strata.bake.base": "older" }), undefined],
    ["it was made from this one", image("b", { "dev.strata.bake.base": "base" }), "strata.local/node:c"],
    ["somebody else made it", image("b"), undefined],
  ])("%s", async (_what, baked, expected) => {
    const { docker } = machineWith({ ...(baked && { baked }) });
    expect(await findBaked(docker, "c", args.nodeImage)).toBe(expected);
  });
});

describe("making it", () => {
  test("says that a node image is not there", async () => {
    const machine = machineWith({ answer: (line) => (line.includes("inspect") ? { code: 1 } : undefined) });
    await expect(bake(machine, machine.docker, args)).rejects.toThrow(
      "The engine has no image docker.io/kindest/node:v1",
    );
  });

  test.each([
    ["the copy", (line: string) => line.includes("images import"), "Copying the images failed: no space left"],
    ["the commit", (line: string) => line.startsWith("docker commit"), "Writing the image failed: no space left"],
    ["the container", (line: string) => line.startsWith("docker run"), "Starting the container failed: no space left"],
  ])("leaves no container behind where %s fails", async (_what, isIt, message) => {
    const machine = machineWith({
      answer: (line) => (isIt(line) ? { code: 1, stderr: "oops\nno space left" } : undefined),
    });
    await expect(bake(machine, machine.docker, args)).rejects.toThrow(message);
    expect(machine.ran.at(-1)).toBe("docker rm --force --volumes strata-bake-c");
  });

  test("does nothing where it has the same images already", async () => {
    const machine = machineWith({ baked: image("b", { "dev.strata.bake.key": key }) });
    expect(await bake(machine, machine.docker, args)).toBe("up to date");
    expect(machine.ran.some((line) => line.startsWith("docker run"))).toBe(false);
  });

  test("copies what the node image lacks, and keeps the entry point; the one before goes", async () => {
    const machine = machineWith({ baked: image("old", { "dev.strata.bake.key": "other" }) });
    expect(await bake(machine, machine.docker, args)).toBe("made");
    const [stream] = machine.streams;
    expect(stream?.source).toMatchObject({ call: { args: expect.arrayContaining(["export", postgres[0]]) } });
    expect(JSON.stringify(stream?.source)).not.toContain(etcd[0]);
    const commit = machine.ran.find((line) => line.startsWith("docker commit"));
    expect(commit).toContain('ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]');
    expect(commit).toContain(`dev.strata.bake.base=base dev.strata.bake.key=${key}`);
    expect(commit).toMatch(/strata-bake-c strata\.local\/node:c$/);
    expect(machine.ran.at(-1)).toBe("docker rmi old");
  });
});
