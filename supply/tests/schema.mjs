// Whether a file is a bill of materials by CycloneDX's own schema, as the library of its makers says: prints what is
// not, and fails.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../ui/package.json', import.meta.url));
const { Spec, Validation } = require('@cyclonedx/cyclonedx-library');

const faults = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(readFileSync(process.argv[2], 'utf8'));
if (faults) {
  console.log(JSON.stringify(faults, null, 2));
  process.exitCode = 1;
}
