import {methods} from '../../../bench/study/methods';

test('everybody has a name of their own, the defaults of its class, and no decay', () => {
	expect(new Set(methods.map(({name}) => name)).size).toBe(methods.length);
	for (const {name, optimizer} of methods) {
		const {defaults} = optimizer.constructor as unknown as {readonly defaults: Readonly<Record<string, unknown>>};
		const told = name === 'sophia' ? {beta2: 0} : {};
		expect(optimizer).toMatchObject({...defaults, weightDecay: 0, ...told});
	}
});
