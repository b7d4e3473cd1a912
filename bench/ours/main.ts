/** Our own contender: what there is, done by the public API. */
import {Refusal, serve, type Case, type Work} from '../protocol';
import {curvature} from './curvature';
import {layer} from './layer';
import {optimizer} from './optimizer';
import {product} from './product';
import {step} from './step';

const kinds: Readonly<Record<string, (of: Case) => Promise<Work> | Work>> = {
	curvature,
	layer,
	optimizer,
	product,
	step,
};

void serve('sophia-native', async (of) => {
	const prepare = kinds[of.kind];
	if (prepare === undefined) {
		throw new Refusal(`there is no ${of.kind}`);
	}
	try {
		return await prepare(of);
	} catch (error) {
		throw isOurs(error) ? new Refusal(error.message) : error;
	}
});

/** What the package refuses, as bf16 where there is none. */
function isOurs(error: unknown): error is Error {
	return error instanceof Error && String((error as {code?: unknown}).code).startsWith('ERR_SOPHIA_');
}
