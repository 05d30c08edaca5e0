// A pod that the restricted standard takes, and changes of it that it refuses: one or more for each of its checks.
import type { SecuredPod } from "./pod-security.ts";

const context = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

export const goodPod: SecuredPod = {
  containers: [{ name: "a", securityContext: context, ...{ image: "example.com/a:1" } }],
  volumes: [{ name: "v", emptyDir: {} }],
};

const withContext = (more: object): SecuredPod => ({
  ...goodPod,
  containers: [{ name: "a", securityContext: { ...context, ...more }, ...{ image: "example.com/a:1" } }],
});

const withPod = (more: object): SecuredPod => ({ ...goodPod, ...more });

/** What is wrong, to the pod. */
export const badPods: Readonly<Record<string, SecuredPod>> = {
  "host network": withPod({ hostNetwork: true }),
  "host processes": withPod({ hostPID: true }),
  "host IPC": withPod({ hostIPC: true }),
  "the host's files": withPod({ volumes: [{ name: "v", hostPath: { path: "/" } }] }),
  "a volume of another type": withPod({ volumes: [{ name: "v", nfs: { server: "x", path: "/" } }] }),
  "a port of the host": withPod({
    containers: [
      { name: "a", image: "example.com/a:1", securityContext: context, ports: [{ containerPort: 80, hostPort: 80 }] },
    ],
  }),
  "an init container that is root": withPod({ initContainers: [{ name: "i", image: "example.com/a:1" }] }),
  privileges: withContext({ privileged: true, allowPrivilegeEscalation: true }),
  "escalation left open": withContext({ allowPrivilegeEscalation: undefined }),
  "capabilities kept": withContext({ capabilities: { drop: ["NET_RAW"] } }),
  "a capability added": withContext({ capabilities: { drop: ["ALL"], add: ["SYS_TIME"] } }),
  "root by default": withContext({ runAsNonRoot: undefined }),
  "root allowed": withContext({ runAsNonRoot: false }),
  "user 0": withContext({ runAsUser: 0 }),
  "user 0 for the pod": withPod({ securityContext: { runAsUser: 0 } }),
  "no seccomp profile": withContext({ seccompProfile: undefined }),
  "seccomp off": withContext({ seccompProfile: { type: "Unconfined" } }),
  "AppArmor off": withContext({ appArmorProfile: { type: "Unconfined" } }),
  "a type of SELinux": withContext({ seLinuxOptions: { type: "spc_t" } }),
  "a user of SELinux": withContext({ seLinuxOptions: { user: "root" } }),
  "proc unmasked": { ...withContext({ procMount: "Unmasked" }), ...{ hostUsers: false } },
  "a sysctl of the node": withPod({ securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } }),
  "a Windows host process": { ...withContext({ windowsOptions: { hostProcess: true } }), hostNetwork: true },
};

/** What it takes beside. */
export const otherGoodPods: Readonly<Record<string, SecuredPod>> = {
  "the capability to bind low ports": withContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
  "a safe sysctl": withPod({ securityContext: { sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] } }),
  "SELinux for containers": withContext({ seLinuxOptions: { type: "container_t" } }),
};
