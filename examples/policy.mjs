// A policy-gradient agent of one's own in plain JavaScript: REINFORCE with Sophia-G. The actions that the agent draws from
// its policy are the sampled labels that the Gauss-Newton-Bartlett estimate needs: the backward pass that weighs each
// −∇ ln π(a|s) by its advantage gives the policy gradient, and the same pass with all weights 1 gives ĝ.
//
//   node examples/policy.mjs
import {gnb, SophiaG} from 'sophia-native';

// A corridor. The agent begins in the middle and knows where it is. Each step costs 0.05; the left end pays 0.5, the right
// one, which is farther away, 2.
const length = 13;
const begin = 4;
const cost = 0.05;
const actions = 2; // left, right
const most = 40; // steps of an episode
const walkers = 16; // episodes at a time, side by side

const params = {weight: new Float32Array(length * actions)}; // a row of logits for each place
const logitsAt = (place) => params.weight.subarray(place * actions, (place + 1) * actions);

/** Lets all walkers walk: where each was, what it did, and what it earned from there on. */
function walk(update) {
	const place = new Array(walkers).fill(begin);
	const paths = place.map(() => []);
	for (let time = 0; time < most; time++) {
		const going = place.flatMap((at, walker) => (at > 0 && at < length - 1 ? [walker] : []));
		if (going.length === 0) break;
		const logits = Float32Array.from(going.flatMap((walker) => [...logitsAt(place[walker])]));
		const drawn = gnb.sampleLabels(logits, {classes: actions, step: update, first: time * walkers});
		going.forEach((walker, i) => {
			const from = place[walker];
			place[walker] += drawn[i] === 0 ? -1 : 1;
			const prize = place[walker] === 0 ? 0.5 : place[walker] === length - 1 ? 2 : 0;
			paths[walker].push({place: from, action: drawn[i], reward: prize - cost, earned: 0});
		});
	}
	for (const path of paths) {
		let earned = 0;
		for (const moment of path.toReversed()) moment.earned = earned += moment.reward;
	}
	return paths;
}

/** ∇ (1/B) Σ −weight · ln π(a|s) over all moments of B walks. */
function backward(moments, weights) {
	const weight = new Float32Array(params.weight.length);
	moments.forEach(({place, action}, i) => {
		const odds = Array.from(logitsAt(place), Math.exp);
		const total = odds.reduce((a, b) => a + b);
		odds.forEach((each, a) => {
			weight[place * actions + a] += (weights[i] * (each / total - (a === action ? 1 : 0))) / walkers;
		});
	});
	return {weight};
}

const attached = new SophiaG({learningRate: 0.1, rho: 0.1, beta1: 0.5, beta2: 0.9, weightDecay: 0}).attach(params);
const value = new Float64Array(length); // what was earned from each place on, a moving average: the baseline
for (let update = 1; update <= 60; update++) {
	const paths = walk(update);
	const moments = paths.flat();
	const advantages = moments.map(({place, earned}) => earned - value[place]);
	for (const {place, earned} of moments) value[place] += 0.05 * (earned - value[place]);

	// Before the step, at the parameters that the actions were drawn from. B is the number of walks: each −∇ ln π has the
	// mean zero, whatever came before it, so that the moments of a walk have no cross terms either.
	const ones = moments.map(() => 1);
	const {winRate} = attached.updateHessian(backward(moments, ones), {tokens: walkers});
	attached.step(backward(moments, advantages));

	if (update % 10 === 0) {
		const earned = paths.reduce((sum, [first]) => sum + first.earned, 0) / walkers;
		console.log(`update ${update}: earned ${earned.toFixed(2)}, win rate ${winRate.toFixed(2)}`);
	}
}
console.log(`the straight way to the right earns ${(2 - cost * (length - 1 - begin)).toFixed(2)}`);
