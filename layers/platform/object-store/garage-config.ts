// garage.toml: one node that keeps what it was given. Its secrets come by environment, never in this file.
import { ports, s3Region } from "../../../names.ts";

/** Where the configuration is mounted; the program looks there by itself. */
export const configPath = "/etc/garage.toml";
export const metadataFolder = "/var/lib/garage/meta";
export const dataFolder = "/var/lib/garage/data";

/** TOML of a single node. Strings and numbers only, none of them from outside this program. */
export const garageToml = (): string => {
  const sections: [string, Record<string, string | number | boolean>][] = [
    [
      "",
      {
        metadata_dir: metadataFolder,
        data_dir: dataFolder,
        // LMDB, the default, may not survive a kill; SQLite does.
        db_engine: "sqlite",
        // No other node has a copy to repair this one from.
        replication_factor: 1,
        metadata_fsync: true,
        data_fsync: true,
        metadata_auto_snapshot_interval: "6h",
        // Within the memory limit; the default of 256 MiB is half of it.
        block_ram_buffer_max: "128MiB",
        // One node talks to itself only: the RPC port is closed to the network.
        rpc_bind_addr: `127.0.0.1:${ports.garageRpc}`,
        rpc_public_addr: `127.0.0.1:${ports.garageRpc}`,
      },
    ],
    ["s3_api", { api_bind_addr: `0.0.0.0:${ports.garageS3}`, s3_region: s3Region }],
    ["admin", { api_bind_addr: `0.0.0.0:${ports.garageAdmin}` }],
  ];
  return sections
    .map(([name, values]) =>
      [
        ...(name === "" ? [] : [`[${name}]`]),
        ...Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
      ].join("\n"),
    )
    .join("\n\n")
    .concat("\n");
};
