// Stands in for the `docker` command on PATH: has one image, and fails as often as it is told. For machines without an engine.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface DockerDouble {
  /** To be put before everything else on PATH. */
  readonly bin: string;
  /** The next `times` calls whose arguments hold `part` fail with that message. */
  fail(part: string, times: number, message: string): void;
  /** What it is sent from now on is lost, though it says that all is well. */
  forget(): void;
  /** Arguments of every call so far, one line each. */
  calls(): readonly string[];
}

/** A manifest's and an image's digest at once: the double has one image, and it is always the wanted one. */
const digest = `sha256:${"a".repeat(64)}`;

const script = (folder: string, reference: string): string => `#!/bin/sh
echo "$*" >> '${folder}/calls'
if [ -s '${folder}/part' ]; then
  left=$(cat '${folder}/left')
  case "$*" in *"$(cat '${folder}/part')"*)
    if [ "$left" -gt 0 ]; then
      echo $((left - 1)) > '${folder}/left'
      case "$*" in *import*) head -c 1000 > /dev/null ;; esac
      cat '${folder}/message' >&2
      exit 1
    fi ;;
  esac
fi
case "$*" in
  *"images check"*) if [ -e '${folder}/loaded' ]; then echo '${reference} type ${digest} complete (1/1) 1/1 kB true'; fi ;;
  *"images import"*) cat > /dev/null; [ -e '${folder}/forgetful' ] || touch '${folder}/loaded' ;;
  "image inspect"*) if [ -e '${folder}/pulled' ]; then printf '${digest}\\t3\\t[]\\n'; else echo 'No such image' >&2; exit 1; fi ;;
  pull*) touch '${folder}/pulled' ;;
  save*) echo archive ;;
esac
`;

/** @param pulled the engine has the image from the start. */
export const dockerDouble = (folder: string, reference: string, pulled: boolean): DockerDouble => {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "docker"), script(folder, reference), { mode: 0o755 });
  if (pulled) writeFileSync(join(folder, "pulled"), "");
  return {
    bin,
    fail: (part, times, message) => {
      writeFileSync(join(folder, "part"), part);
      writeFileSync(join(folder, "left"), String(times));
      writeFileSync(join(folder, "message"), message);
    },
    forget: () => writeFileSync(join(folder, "forgetful"), ""),
    calls: () => readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n"),
  };
};
