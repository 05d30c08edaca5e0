// Where a component's random values are: beside it. Whatever is in a component waits for the cluster, and a random value needs none.
import { Component, type Layer } from "./component.ts";

/** Parent of the random values of the component `of`, so that they are made while the cluster is still being created. */
export class GeneratedSecrets extends Component {
  constructor(layer: Layer, of: string) {
    super(layer, "GeneratedSecrets", `${of}-secrets`);
    this.registerOutputs({});
  }
}
