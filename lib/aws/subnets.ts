// The VPC's block divided among zones: plain arithmetic, the same for a zone whichever others there are.

/** An IPv4 block: its first address as a number, and the length of its prefix. */
export interface Block {
  readonly first: number;
  readonly prefix: number;
}

export interface ZoneSubnets {
  /** Load balancers that the internet reaches, and NAT gateways. */
  readonly public: string;
  /** Nodes and pods: eight of a /28 prefix for each node are quickly gone. */
  readonly private: string;
  /** The control plane's network interfaces: no route leaves it. */
  readonly intra: string;
}

/** AWS makes no larger VPC. */
export const largestPrefix = 16;
/** The smallest block that fits: below it a public subnet would be smaller than the /27 that a load balancer needs. */
export const smallestPrefix = 21;

export const zoneLetters = ["a", "b", "c", "d", "e", "f"] as const;
export type ZoneLetter = (typeof zoneLetters)[number];

export const sizeOf = ({ prefix }: Pick<Block, "prefix">): number => 2 ** (32 - prefix);

/** a.b.c.d/n */
export const parseBlock = (cidr: string): Block => {
  const [address = "", prefix = ""] = cidr.split("/");
  return {
    first: address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0),
    prefix: Number(prefix),
  };
};

export const formatBlock = ({ first, prefix }: Block): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${prefix}`;

export const serviceCidrs = ["172.20.0.0/16", "10.100.0.0/16"] as const;

/** Block of the Services' addresses: the one of EKS's own two that no given block is in; undefined where both are taken. */
export const serviceCidr = (taken: readonly string[]): string | undefined =>
  serviceCidrs.find((cidr) => !taken.some((other) => overlap(parseBlock(cidr), parseBlock(other))));

/** The block that begins at a multiple of its size and holds the same first address. */
export const alignedBlock = ({ first, prefix }: Block): Block => {
  const size = sizeOf({ prefix });
  return { first: Math.floor(first / size) * size, prefix };
};

export const overlap = (one: Block, other: Block): boolean =>
  one.first < other.first + sizeOf(other) && other.first < one.first + sizeOf(one);

/** The `index`th of the equal parts that a prefix of that length cuts a block into. */
const part = (block: Block, prefix: number, index: number): Block => ({
  first: block.first + index * sizeOf({ prefix }),
  prefix,
});

/**
 * Subnets of a zone in a VPC of /16 to /21.
 *
 * The VPC is eight equal parts. Parts 1 to 6 are the private subnets of zones a to f. Part 7 is eight equal parts again, six of them public
 * subnets. The first six /28 of part 8 are the intra subnets; the rest of it, and what zones that are not used leave, is in reserve.
 * A zone's place follows from its letter alone: adding or removing another one moves nothing.
 */
export const zoneSubnets = (vpc: string, zone: ZoneLetter): ZoneSubnets => {
  const block = parseBlock(vpc);
  const index = zoneLetters.indexOf(zone);
  const eighth = block.prefix + 3;
  return {
    private: formatBlock(part(block, eighth, index)),
    public: formatBlock(part(part(block, eighth, 6), eighth + 3, index)),
    intra: formatBlock(part(part(block, eighth, 7), 28, index)),
  };
};
