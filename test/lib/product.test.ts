import {probeOptions} from '../../lib/product';

test('a probe is of signs unless it is told otherwise', () => {
	expect(probeOptions({})).toEqual({distribution: 'rademacher', seed: 1337, step: 0});
	expect(probeOptions({distribution: 'gaussian', step: 2 ** 32 - 1})).toMatchObject({step: 2 ** 32 - 1});
});

test.each([[{distribution: 'uniform'}], [{seed: -1}], [{step: 2 ** 32}], [{probes: 2}]])('%j is refused', (options) => {
	expect(() => probeOptions(options as never)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
});
