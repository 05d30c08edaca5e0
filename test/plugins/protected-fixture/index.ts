// The shape of layer 1 on AWS: a key and data that are protected, what they depend on, and a cluster beside them.
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/random/provider.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";

const whole = new pulumi.Config().require("protect") === "true";

class Part extends pulumi.ComponentResource {
  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super("fixture:index:Part", name, {}, options);
  }
}

const provider = new Provider("account", {});
const make = (name: string, parent: pulumi.Resource, protect: boolean, after: readonly RandomPassword[] = []) =>
  new RandomPassword(
    name,
    { length: 16, keepers: Object.fromEntries(after.map((other, index) => [`after-${index}`, other.result])) },
    { parent, provider, protect },
  );

const cluster = new Part("cluster");
const vpc = make("vpc", cluster, false);
const key = make("key", new Part("keys", { parent: cluster }), true);
const controlPlane = make("control-plane", cluster, whole, [vpc, key]);
make("workload", cluster, false, [controlPlane]);
const bucket = make("bucket", new Part("buckets"), true, [key]);
const database = make("database", new Part("databases"), true, [vpc, key]);

export const data = pulumi.secret([key.result, bucket.result, database.result]);
export const rebuilt = pulumi.secret(controlPlane.result);
