// Makes an image of one static program without a container engine: the same program gives the same bytes.
import { createHash } from "node:crypto";
import { type TarMember, tar } from "./tar.ts";

export interface ImageConfig {
  /** Absolute path of the program in the image. */
  readonly program: string;
  /** uid:gid */
  readonly user: string;
  /** TCP ports, for people who look at the image. */
  readonly ports: readonly number[];
}

const sha256 = (parts: readonly Buffer[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

const accounts = (user: string): readonly TarMember[] => {
  const [uid = "", gid = ""] = user.split(":");
  return [
    { name: "etc/", content: "" },
    { name: "etc/passwd", content: `root:x:0:0::/:/none\nnonroot:x:${uid}:${gid}::/:/none\n` },
    { name: "etc/group", content: `root:x:0:\nnonroot:x:${gid}:\n` },
  ];
};

/** An image archive (the format of docker save) as buffers to write one after the other. */
export const imageArchive = (
  reference: string,
  program: Buffer,
  config: ImageConfig,
  about: { readonly arch: string; readonly version: string; readonly key: string },
): readonly Buffer[] => {
  const layer = tar([
    ...accounts(config.user),
    { name: config.program.slice(1), content: program, mode: 0o755 },
    { name: "tmp/", content: "", mode: 0o1777 },
  ]);
  const layerDigest = sha256(layer);
  const configFile = Buffer.from(
    JSON.stringify({
      architecture: about.arch,
      os: "linux",
      created: "1970-01-01T00:00:00Z",
      config: {
        User: config.user,
        Entrypoint: [config.program],
        Env: ["PATH=/"],
        WorkingDir: "/",
        ExposedPorts: Object.fromEntries(config.ports.map((port) => [`${port}/tcp`, {}])),
        Labels: {
          "org.opencontainers.image.version": about.version,
          "dev.strata.recipe": about.key,
        },
      },
      rootfs: { type: "layers", diff_ids: [`sha256:${layerDigest}`] },
      history: [{ created: "1970-01-01T00:00:00Z", created_by: "strata" }],
    }),
  );
  const configDigest = sha256([configFile]);
  const manifest = [{ Config: `${configDigest}.json`, RepoTags: [reference], Layers: [`${layerDigest}.tar`] }];
  return tar([
    { name: "manifest.json", content: JSON.stringify(manifest) },
    { name: `${configDigest}.json`, content: configFile },
    { name: `${layerDigest}.tar`, content: Buffer.concat(layer) },
  ]);
};
