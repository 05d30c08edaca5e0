// What Calico's operator and its Installation are told. Pure.
import type { ChartImage } from "../../../lib/chart-images.ts";
import { podCidr } from "../../../names.ts";

export const calicoValues = (image: ChartImage<"calico">) => {
  const { registry, repository, tag } = image("operator");
  return {
    installation: {
      enabled: true,
      cni: { type: "Calico" },
      calicoNetwork: {
        // Nodes of a local cluster have no router to talk to; VXLAN reaches pods on other nodes without one.
        bgp: "Disabled",
        ipPools: [
          {
            name: "default-ipv4-ippool",
            cidr: podCidr,
            encapsulation: "VXLAN",
            natOutgoing: "Enabled",
            nodeSelector: "all()",
          },
        ],
      },
    },
    // An API of its own for its own policies: strata writes those of Kubernetes only.
    apiServer: { enabled: false },
    goldmane: { enabled: false },
    whisker: { enabled: false },
    tigeraOperator: { registry, image: repository, version: tag },
    resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
  };
};
