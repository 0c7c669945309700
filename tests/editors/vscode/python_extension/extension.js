// Stands in for the Python extension, which cannot be installed from a package index: that part of its interface which
// tells others what interpreter is selected. `select` is for the tests.

const { EventEmitter, Uri } = require("vscode");

exports.activate = () => {
  const changed = new EventEmitter();
  let selected = process.env.SELECTED_PYTHON;
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: selected, path: selected }),
      resolveEnvironment: async ({ path }) => ({ executable: { uri: Uri.file(path) } }),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
    select(path) {
      selected = path;
      changed.fire({ path });
    },
  };
};
