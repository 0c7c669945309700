// The examples to choose from. The first two are files in `examples/`.
import djangoView from "../../examples/django_view.py";
import flaskApp from "../../examples/flask_app.py";
import buildScript from "./examples/build_script.py";
import fleet from "./examples/fleet.py";
import fleetConfiguration from "./examples/fleet.yaml";
import orders from "./examples/orders.py";
import type { Content } from "./link.js";

export interface Example extends Content {
  name: string;
  title: string;
}

const PLAIN = `# The project's bandit.yaml. Edits take effect at once; try:
# skips: [B201]
posse:
  flow: true
`;

export const EXAMPLES: readonly Example[] = [
  { name: "flask", title: "Flask application", source: flaskApp, configuration: PLAIN },
  { name: "django", title: "Django view", source: djangoView, configuration: PLAIN },
  { name: "orders", title: "Flows: from a request to SQL, a shell and a page", source: orders, configuration: PLAIN },
  { name: "script", title: "Build script with a fix for most findings", source: buildScript, configuration: PLAIN },
  {
    name: "fleet",
    title: "Configuration: severities, skips, options",
    source: fleet,
    configuration: fleetConfiguration,
  },
];
