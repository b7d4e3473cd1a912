// Every entry of the package, as an ES module and as CommonJS: the same names, and one instance of each class.
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const {exports: entries} = require('sophia-native/package.json');
for (const entry of Object.keys(entries).filter((name) => name !== './package.json')) {
	const name = `sophia-native${entry.slice(1)}`;
	const [modules, common] = [await import(name), require(name)];
	const names = Object.keys(common).sort();
	if (String(Object.keys(modules).sort()) !== String(names)) throw new Error(`${name} has other names as a module`);
	for (const key of names) {
		if (modules[key] !== common[key]) throw new Error(`there are two of ${key} in ${name}`);
	}
	console.log(`${name}: ${names.length} names`);
}
