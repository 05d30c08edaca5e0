// The life cycle of one cluster on this machine, with the real programs behind it.
import { paths } from "../toolchain/paths.ts";
import { apiOf } from "./api.ts";
import { realHost } from "./host.ts";
import { kindDriver } from "./kind.ts";
import { kwokDriver } from "./kwok.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { openStore } from "./memory.ts";

export const openLifecycle = (kind: "kind" | "kwok", name: string, say: (line: string) => void): Lifecycle => {
  const host = realHost(say);
  const store = openStore(paths().cluster(name));
  const driver = kind === "kind" ? kindDriver(name, host) : kwokDriver(name, store.folder, host);
  return { host, store, driver, connect: apiOf };
};
