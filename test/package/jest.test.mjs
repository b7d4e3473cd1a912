// Under jest with its own ES modules: results and errors are of the test's realm.
import {Gpt2, SophiaError} from 'sophia-native';

test('a model in an ES module', async () => {
	const model = await Gpt2.create({layers: 1, heads: 1, width: 8, context: 8, vocabulary: 16});
	expect(await model.generate([1, 2], {count: 3})).toBeInstanceOf(Int32Array);
	model.dispose();
	await expect(model.generate([1], {count: 1})).rejects.toThrow(SophiaError);
	await expect(Gpt2.create({layers: -1})).rejects.toThrow(RangeError);
});
