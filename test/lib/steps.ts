/** Trainers over the fake addon: the one that was made, and the steps that a run reports. */
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

/** Runs to the end. */
export async function steps(trainer: Trainer, signal?: AbortSignal): Promise<number[]> {
	const seen: number[] = [];
	for await (const {step} of trainer.run(signal === undefined ? {} : {signal})) {
		seen.push(step);
	}
	return seen;
}
