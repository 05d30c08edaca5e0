// The smallest Git server there is: one commit, answered by busybox' web server from three files. Read-only, and knows no other request.
// Protocol: Git's documentation, gitprotocol-http and gitprotocol-pack, version 0.
import { type Commit, packOf } from "./git-objects.ts";

export const branch = "main";

const line = (text: string): string => `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, "0")}${text}`;
const flush = "0000";

/** What a client may rely on. Without side bands the pack follows the acknowledgement as it is. */
const capabilities = `symref=HEAD:refs/heads/${branch} allow-tip-sha1-in-want allow-reachable-sha1-in-want agent=strata`;

/** Answer to "which references are there?". */
export const advertisement = (id: string): string =>
  [
    line("# service=git-upload-pack\n"),
    flush,
    line(`${id} HEAD\0${capabilities}\n`),
    line(`${id} refs/heads/${branch}\n`),
    flush,
  ].join("");

/** Answer while a client still lists what it has: nothing of that is known here. */
export const negative = line("NAK\n");

/** The files that the script serves, by name. */
export const seedOf = (commit: Commit): Readonly<Record<"refs" | "pack", Buffer>> => ({
  refs: Buffer.from(advertisement(commit.id)),
  pack: Buffer.concat([Buffer.from(negative), packOf(commit.objects)]),
});

/** Path of the repository in the URL: busybox' web server runs what lies in cgi-bin. */
export const repositoryPath = "/cgi-bin/checkout.git";

/**
 * POSIX sh, run for each request with SEED naming the folder of the seed.
 *
 * A client that has something of its own asks in rounds: until it says "done" it gets the negative answer, and the pack after that.
 * Long requests come compressed.
 */
export const serverScript = `#!/bin/sh
set -eu
answer() {
  printf 'Content-Type: application/x-git-%s\\r\\nCache-Control: no-cache\\r\\n\\r\\n' "$1"
}
case "$REQUEST_METHOD $PATH_INFO" in
  "GET /info/refs")
    answer upload-pack-advertisement
    cat "$SEED/refs"
    ;;
  "POST /git-upload-pack")
    if head -c "\${CONTENT_LENGTH:-0}" | { [ "\${HTTP_CONTENT_ENCODING:-}" = gzip ] && gunzip -c || cat; } | grep -q '0009done'; then
      answer upload-pack-result
      cat "$SEED/pack"
    else
      answer upload-pack-result
      printf '%s' '${negative.trimEnd()}'
      echo
    fi
    ;;
  *)
    printf 'Status: 404 Not Found\\r\\nContent-Type: text/plain\\r\\n\\r\\nThis server knows git-upload-pack of one repository only\\n'
    ;;
esac
`;
