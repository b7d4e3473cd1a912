import {join} from 'node:path';
import * as typescript from 'typescript';

/** The public types are held to `test/types/`, where every misuse is marked with `@ts-expect-error`. */
test('the public types accept what they should and nothing else', () => {
	const root = join(__dirname, '..');
	const {config} = typescript.readConfigFile(join(root, 'tsconfig.json'), (path) => typescript.sys.readFile(path));
	const {options} = typescript.convertCompilerOptionsFromJson(
		{...(config as {compilerOptions: object}).compilerOptions, noEmit: true, rootDir: root},
		root,
	);
	const program = typescript.createProgram([join(__dirname, 'types/usage.ts')], options);
	const problems = typescript.getPreEmitDiagnostics(program).map(({messageText, file, start = 0}) => {
		const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
		return `${file?.fileName ?? ''}:${line + 1} ${typescript.flattenDiagnosticMessageText(messageText, '\n')}`;
	});
	expect(problems).toEqual([]);
});
