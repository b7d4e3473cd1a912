/**
The version of the package, as its `package.json` has it. It is required, not read, so that it follows into a bundle.
*/
// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would take the file for a source of dist/
export const {version} = require('../package.json') as {readonly version: string};
