// The restricted Pod Security Standard, check by check, after https://kubernetes.io/docs/concepts/security/pod-security-standards/. Pure.
// test/lifecycle/pod-security.test.ts asks a real API server the same questions.

interface Context {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
  readonly appArmorProfile?: { readonly type?: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly procMount?: string;
  readonly sysctls?: readonly { readonly name: string }[];
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

interface Container {
  readonly name: string;
  readonly securityContext?: Context;
  readonly ports?: readonly { readonly hostPort?: number }[];
}

export interface SecuredPod {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: Context;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

const volumeTypes = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
const seLinuxTypes = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
const safeSysctls = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];
const profiles = ["RuntimeDefault", "Localhost"];

/** Of a pod or of a container. */
const contextFaults = (context: Context): string[] => {
  const { seLinuxOptions: seLinux, appArmorProfile, procMount, sysctls = [], windowsOptions } = context;
  return [
    ...(seLinux?.type !== undefined && seLinux.type !== "" && !seLinuxTypes.includes(seLinux.type)
      ? ["seLinux type"]
      : []),
    ...(seLinux?.user || seLinux?.role ? ["seLinux user or role"] : []),
    ...(appArmorProfile?.type !== undefined && !profiles.includes(appArmorProfile.type) ? ["appArmor"] : []),
    ...(context.seccompProfile?.type !== undefined && !profiles.includes(context.seccompProfile.type)
      ? ["seccomp"]
      : []),
    ...(procMount !== undefined && procMount !== "Default" ? ["procMount"] : []),
    ...sysctls.flatMap(({ name }) => (safeSysctls.includes(name) ? [] : [`sysctl ${name}`])),
    ...(windowsOptions?.hostProcess ? ["hostProcess"] : []),
    ...(context.runAsUser === 0 ? ["runs as user 0"] : []),
    ...(context.runAsNonRoot === false ? ["may run as root"] : []),
  ];
};

const containerFaults = ({ securityContext: own = {}, ports = [] }: Container, pod: Context): string[] => [
  ...contextFaults(own),
  ...(own.privileged ? ["privileged"] : []),
  ...(own.allowPrivilegeEscalation === false ? [] : ["may escalate privileges"]),
  ...(own.capabilities?.drop?.includes("ALL") ? [] : ["keeps capabilities"]),
  ...((own.capabilities?.add ?? []).every((name) => name === "NET_BIND_SERVICE") ? [] : ["adds capabilities"]),
  ...((own.runAsNonRoot ?? pod.runAsNonRoot) ? [] : ["may run as root"]),
  ...((own.seccompProfile ?? pod.seccompProfile) ? [] : ["seccomp"]),
  ...(ports.some(({ hostPort }) => hostPort) ? ["hostPort"] : []),
];

/** What the standard refuses of a pod, in words; empty: nothing. */
export const restrictedFaults = (pod: SecuredPod): string[] => [
  ...new Set([
    ...(pod.hostNetwork || pod.hostPID || pod.hostIPC ? ["host namespaces"] : []),
    ...(pod.volumes ?? []).flatMap((volume) =>
      Object.keys(volume).flatMap((key) => (key === "name" || volumeTypes.includes(key) ? [] : [`volume ${key}`])),
    ),
    ...contextFaults(pod.securityContext ?? {}),
    ...[...(pod.initContainers ?? []), ...pod.containers].flatMap((container) =>
      containerFaults(container, pod.securityContext ?? {}).map((fault) => `${container.name}: ${fault}`),
    ),
  ]),
];
