// What the toolchain knows of each tool: which version fits, where its release is, and which Go module builds it. Data only.
import { tools } from "../../versions.ts";

export interface Platform {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
}

/** Where the publisher's checksum of a release is to be read. */
export type Checksum =
  | { readonly kind: "list"; readonly url: string }
  /** GitHub's own record of a release asset's digest, for publishers that upload no checksum file. */
  | { readonly kind: "github"; readonly repository: string; readonly tag: string };

export interface Release {
  readonly url: string;
  readonly checksum: Checksum;
  /** Members of the archive to install, as paths in it. Absent: the download is the binary itself. */
  readonly members?: readonly string[];
}

export interface Source {
  /** Folder under tools/go. */
  readonly group: string;
  /** Go package to build, as `go build` takes it. */
  readonly package: string;
  readonly ldflags?: string;
  /** Build tags, separated by commas. */
  readonly tags?: string;
}

export interface Tool {
  /** Version that strata installs. */
  readonly version: string;
  /** Versions on PATH that it accepts instead, as a semver range. */
  readonly fits: string;
  readonly versionArgs: readonly string[];
  readonly release?: (platform: Platform) => Release | undefined;
  readonly source?: Source;
  /** What it takes without a release, in words for the progress line. */
  readonly buildTime?: string;
}

const kubernetesFlags = ["gitVersion=v", "gitMajor=", "gitMinor="]
  .map((field, index) => {
    const value = index === 0 ? tools.kubernetes : (tools.kubernetes.split(".")[index - 1] ?? "");
    return `-X k8s.io/component-base/version.${field}${value} -X k8s.io/client-go/pkg/version.${field}${value}`;
  })
  .join(" ");

const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

const kubernetes = (name: string, path: string, fits: string): Tool => ({
  version: tools.kubernetes,
  fits,
  versionArgs: name === "kubectl" ? ["version", "--client"] : ["--version"],
  release: ({ os, arch }) => {
    // The project publishes its servers for Linux only.
    if (os !== "linux" && name !== "kubectl") return undefined;
    const url = `https://dl.k8s.io/release/v${tools.kubernetes}/bin/${os}/${arch}/${name}`;
    return { url, checksum: { kind: "list", url: `${url}.sha256` } };
  },
  source: { group: "kubernetes", package: path, ldflags: kubernetesFlags },
  buildTime: "about 5 minutes on 2 cores",
});

const kwok = (name: string): Tool => ({
  version: tools.kwok,
  fits: `~${tools.kwok}`,
  versionArgs: ["--version"],
  release: ({ os, arch }) => ({
    url: `https://github.com/kubernetes-sigs/kwok/releases/download/v${tools.kwok}/${name}-${os}-${arch}`,
    checksum: { kind: "github", repository: "kubernetes-sigs/kwok", tag: `v${tools.kwok}` },
  }),
  source: { group: "kwok", package: `sigs.k8s.io/kwok/cmd/${name}` },
  buildTime: "about 2 minutes on 2 cores",
});

/** A command-line tool that a Prometheus project ships inside its server's release. */
const prometheusTool = (name: "promtool" | "amtool", project: string, fits: string, tags?: string): Tool => ({
  version: tools[name],
  fits,
  versionArgs: ["--version"],
  release: ({ os, arch }) => {
    const base = `https://github.com/prometheus/${project}/releases/download/v${tools[name]}`;
    const folder = `${project}-${tools[name]}.${os}-${arch}`;
    return {
      url: `${base}/${folder}.tar.gz`,
      checksum: { kind: "list", url: `${base}/sha256sums.txt` },
      members: [`${folder}/${name}`],
    };
  },
  source: {
    group: name,
    package: `github.com/prometheus/${project}/cmd/${name}`,
    ldflags: `-X github.com/prometheus/common/version.Version=${tools[name]}`,
    ...(tags !== undefined && { tags }),
  },
  buildTime: name === "promtool" ? "about 4 minutes on 2 cores" : "about 1 minute on 2 cores",
});

export const catalogue = {
  kind: {
    version: tools.kind,
    fits: `>=${tools.kindMinimum} <1`,
    versionArgs: ["--version"],
    release: ({ os, arch }) => {
      const url = `https://github.com/kubernetes-sigs/kind/releases/download/v${tools.kind}/kind-${os}-${arch}`;
      return { url, checksum: { kind: "list", url: `${url}.sha256sum` } };
    },
    source: { group: "kind", package: "sigs.k8s.io/kind" },
    buildTime: "about 20 seconds",
  },
  helm: {
    version: tools.helm,
    // From 3.14 on it knows every flag that the plugin gives; version 4 renamed some.
    fits: ">=3.14 <4",
    versionArgs: ["version", "--short"],
    release: ({ os, arch }) => {
      const url = `https://get.helm.sh/helm-v${tools.helm}-${os}-${arch}.tar.gz`;
      return { url, checksum: { kind: "list", url: `${url}.sha256sum` }, members: [`${os}-${arch}/helm`] };
    },
    source: {
      group: "helm",
      package: "helm.sh/helm/v3/cmd/helm",
      ldflags: `-X helm.sh/helm/v3/internal/version.version=v${tools.helm}`,
    },
    buildTime: "about 4 minutes on 2 cores",
  },
  k3d: {
    version: tools.k3d,
    // On stop, earlier ones drain a node within PodDisruptionBudgets, for ever if need be.
    fits: ">=5.7.0 <6",
    versionArgs: ["version"],
    release: ({ os, arch }) => {
      const base = `https://github.com/k3d-io/k3d/releases/download/v${tools.k3d}`;
      return { url: `${base}/k3d-${os}-${arch}`, checksum: { kind: "list", url: `${base}/checksums.txt` } };
    },
    source: {
      group: "k3d",
      package: "github.com/k3d-io/k3d/v5",
      ldflags: `-X github.com/k3d-io/k3d/v5/version.Version=v${tools.k3d}`,
    },
    buildTime: "about 3 minutes on 2 cores",
  },
  kubectl: kubernetes("kubectl", "k8s.io/kubernetes/cmd/kubectl", ">=1.33 <1.38"),
  "kube-apiserver": kubernetes(
    "kube-apiserver",
    "k8s.io/kubernetes/cmd/kube-apiserver",
    `~${minorOf(tools.kubernetes)}`,
  ),
  "kube-controller-manager": kubernetes(
    "kube-controller-manager",
    "k8s.io/kubernetes/cmd/kube-controller-manager",
    `~${minorOf(tools.kubernetes)}`,
  ),
  "kube-scheduler": kubernetes(
    "kube-scheduler",
    "k8s.io/kubernetes/cmd/kube-scheduler",
    `~${minorOf(tools.kubernetes)}`,
  ),
  etcd: {
    version: tools.etcd,
    fits: ">=3.5.21 <4",
    versionArgs: ["--version"],
    release: ({ os, arch }) => {
      // For macOS the project publishes a zip, which tar does not read everywhere.
      if (os !== "linux") return undefined;
      const base = `https://github.com/etcd-io/etcd/releases/download/v${tools.etcd}`;
      const name = `etcd-v${tools.etcd}-${os}-${arch}`;
      return {
        url: `${base}/${name}.tar.gz`,
        checksum: { kind: "list", url: `${base}/SHA256SUMS` },
        members: [`${name}/etcd`],
      };
    },
    source: { group: "etcd", package: "." },
    buildTime: "about 1 minute on 2 cores",
  },
  kwok: kwok("kwok"),
  kwokctl: kwok("kwokctl"),
  pulumi: {
    version: tools.pulumi,
    fits: `>=${tools.pulumi} <4`,
    versionArgs: ["version"],
    release: ({ os, arch }) => {
      const base = `https://github.com/pulumi/pulumi/releases/download/v${tools.pulumi}`;
      return {
        url: `${base}/pulumi-v${tools.pulumi}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
        checksum: { kind: "list", url: `${base}/pulumi-${tools.pulumi}-checksums.txt` },
        members: ["pulumi/pulumi", "pulumi/pulumi-language-nodejs"],
      };
    },
    source: {
      group: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${tools.pulumi}`,
    },
    buildTime: "about 5 minutes on 2 cores",
  },
  // Without the tag it carries the service discoveries of two dozen clouds: a fifth of its packages, most of its modules.
  promtool: prometheusTool("promtool", "prometheus", ">=3.10 <4", "remove_all_sd"),
  amtool: prometheusTool("amtool", "alertmanager", ">=0.31 <1"),
  actionlint: {
    version: tools.actionlint,
    fits: `>=${tools.actionlint} <2`,
    versionArgs: ["-version"],
    release: ({ os, arch }) => {
      const base = `https://github.com/rhysd/actionlint/releases/download/v${tools.actionlint}`;
      return {
        url: `${base}/actionlint_${tools.actionlint}_${os}_${arch}.tar.gz`,
        checksum: { kind: "list", url: `${base}/actionlint_${tools.actionlint}_checksums.txt` },
        members: ["actionlint"],
      };
    },
    source: { group: "actionlint", package: "github.com/rhysd/actionlint/cmd/actionlint" },
    buildTime: "about 20 seconds",
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof catalogue;

export const isToolName = (name: string): name is ToolName => Object.hasOwn(catalogue, name);
export const toolOf = (name: ToolName): Tool => catalogue[name];
