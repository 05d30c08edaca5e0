// The life cycle of one cluster on this machine, with the real programs behind it.
import type { LocalKind } from "../../lib/cluster-kinds.ts";
import { paths } from "../toolchain/paths.ts";
import { apiOf } from "./api.ts";
import type { Driver } from "./driver.ts";
import { type Host, realHost } from "./host.ts";
import { k3dDriver } from "./k3d.ts";
import { kindDriver } from "./kind.ts";
import { kwokDriver } from "./kwok.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { openStore } from "./memory.ts";

const openDriver = (kind: LocalKind, name: string, folder: string, host: Host): Driver => {
  switch (kind) {
    case "kind":
      return kindDriver(name, host);
    case "k3d":
      return k3dDriver(name, host);
    case "kwok":
      return kwokDriver(name, folder, host);
  }
};

export const openLifecycle = (kind: LocalKind, name: string, say: (line: string) => void): Lifecycle => {
  const host = realHost(say);
  const store = openStore(paths().cluster(name));
  return { host, store, driver: openDriver(kind, name, store.folder, host), connect: apiOf };
};
