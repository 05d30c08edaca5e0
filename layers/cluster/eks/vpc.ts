// The network: a public, a private and an intra subnet in each zone, and the ways out of them.
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { type ZoneLetter, zoneSubnets } from "../../../lib/aws/subnets.ts";
import { Component } from "../../../lib/component.ts";
import type { EksScope } from "./scope.ts";

export interface NetworkArgs {
  readonly scope: EksScope;
}

interface Zone {
  readonly letter: ZoneLetter;
  readonly public: Subnet;
  readonly private: Subnet;
  readonly intra: Subnet;
}

const everywhere = "0.0.0.0/0";

export class EksNetwork extends Component {
  /** Wait for the VPC alone. */
  readonly vpcId: pulumi.Output<string>;
  /** Wait for their route to the internet: a load balancer there answers at once. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Wait for the subnets only. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** The same. Wait for their route to the internet, without which a node cannot join; on deletion the nodes go before it. */
  readonly nodeSubnetIds: pulumi.Output<string[]>;
  /** Wait for the subnets only: the control plane needs no way out. */
  readonly intraSubnetIds: pulumi.Output<string[]>;
  /** Tables of the public and the private subnets: where a gateway endpoint is entered. */
  readonly routeTableIds: pulumi.Output<string[]>;

  constructor(name: string, { scope }: NetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "EksNetwork", name, options);
    const child = { parent: this };
    const { clusterName, config } = scope;
    // Controllers take no subnets of another cluster for theirs.
    const owned = { [`kubernetes.io/cluster/${clusterName}`]: "owned" };
    const title = (part: string) => ({ Name: `${clusterName}-${part}` });

    const vpc = new Vpc(
      name,
      {
        cidrBlock: config.vpc.cidr,
        enableDnsSupport: true,
        // Without names the private address of the API server cannot be found.
        enableDnsHostnames: true,
        tags: { Name: clusterName },
      },
      child,
    );
    // It admits its own members by default, and what is made without a group is in it.
    new DefaultSecurityGroup(
      `${name}-default`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: title("default-closed") },
      child,
    );

    const zones = config.vpc.zones.map((text): Zone => {
      const letter = text as ZoneLetter;
      const blocks = zoneSubnets(config.vpc.cidr, letter);
      const subnet = (kind: keyof typeof blocks, tags: Record<string, string> = {}) =>
        new Subnet(
          `${name}-${kind}-${letter}`,
          {
            vpcId: vpc.id,
            cidrBlock: blocks[kind],
            availabilityZone: `${config.region}${letter}`,
            mapPublicIpOnLaunch: false,
            tags: { ...title(`${kind}-${letter}`), ...tags },
          },
          child,
        );
      return {
        letter,
        public: subnet("public", { "kubernetes.io/role/elb": "1", ...owned }),
        private: subnet("private", { "kubernetes.io/role/internal-elb": "1", ...owned }),
        intra: subnet("intra"),
      };
    });

    const gateway = new InternetGateway(name, { vpcId: vpc.id, tags: title("internet") }, child);
    const table = (part: string) => new RouteTable(`${name}-${part}`, { vpcId: vpc.id, tags: title(part) }, child);
    const associate = (part: string, subnet: Subnet, routes: RouteTable) =>
      new RouteTableAssociation(`${name}-${part}`, { subnetId: subnet.id, routeTableId: routes.id }, child);

    const publicTable = table("public");
    const publicRoute = new Route(
      `${name}-public`,
      { routeTableId: publicTable.id, destinationCidrBlock: everywhere, gatewayId: gateway.id },
      child,
    );
    const reachable = zones.map((zone) => {
      const association = associate(`public-${zone.letter}`, zone.public, publicTable);
      return after(zone.public.id, association.id, publicRoute.id);
    });

    const natIds = zones.slice(0, config.vpc.nat === "single" ? 1 : zones.length).map(({ letter }, index) => {
      const tags = title(`nat-${letter}`);
      const address = new Eip(`${name}-nat-${letter}`, { domain: "vpc", tags }, child);
      const subnetId = reachable[index] as pulumi.Output<string>;
      return new NatGateway(`${name}-nat-${letter}`, { subnetId, allocationId: address.id, tags }, child).id;
    });
    const privateTables = zones.map(({ letter }) => table(`private-${letter}`));
    const nodeSubnets = zones.map((zone, index) => {
      const part = `private-${zone.letter}`;
      const routes = privateTables[index] as RouteTable;
      const association = associate(part, zone.private, routes);
      const route = new Route(
        `${name}-${part}`,
        {
          routeTableId: routes.id,
          destinationCidrBlock: everywhere,
          natGatewayId: natIds[Math.min(index, natIds.length - 1)] as pulumi.Output<string>,
        },
        child,
      );
      return after(zone.private.id, association.id, route.id);
    });
    const intraTable = table("intra");
    for (const zone of zones) associate(`intra-${zone.letter}`, zone.intra, intraTable);

    this.vpcId = vpc.id;
    this.publicSubnetIds = pulumi.all(reachable);
    this.privateSubnetIds = pulumi.all(zones.map((zone) => zone.private.id));
    this.nodeSubnetIds = pulumi.all(nodeSubnets);
    this.intraSubnetIds = pulumi.all(zones.map((zone) => zone.intra.id));
    this.routeTableIds = pulumi.all([publicTable, ...privateTables].map(({ id }) => id));
    this.registerOutputs({ vpcId: vpc.id });
  }
}

/** The value, once the others are there. */
const after = (value: pulumi.Output<string>, ...others: pulumi.Output<string>[]): pulumi.Output<string> =>
  pulumi.all([value, ...others]).apply(([found]) => found ?? "");
