/** Trainers over the fake addon: the one that was made, its checkpoint, and the steps that a run reports. */
import {parameterCount} from '../../lib/config';
import type {Trainer} from '../../lib/trainer';
import {state} from './fake';

/** What the fake was told of the first trainer. */
export const fakeTrainer = () => {
	const [trainer] = state.trainers;
	if (trainer === undefined) {
		throw new Error('no trainer was made');
	}
	return trainer;
};

/** The fake's checkpoint becomes what this trainer, the first one, would have written; the fake forgets it then. */
export function saveFake({model}: Trainer): void {
	const metadata = {config: JSON.stringify(model.config), training: fakeTrainer().config.config};
	const shape = [parameterCount(model.config)];
	state.checkpoint = {metadata, tensors: [{name: 'wte.weight', dtype: 'F32', shape, position: 8}]};
	state.trainers = [];
}

/** Runs to the end. */
export async function steps(trainer: Trainer, signal?: AbortSignal): Promise<number[]> {
	const seen: number[] = [];
	for await (const {step} of trainer.run(signal === undefined ? {} : {signal})) {
		seen.push(step);
	}
	return seen;
}
