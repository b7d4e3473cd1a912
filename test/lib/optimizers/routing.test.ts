import {AdamMini} from '../../../lib/optimizers/adammini';
import {AdamW} from '../../../lib/optimizers/adamw';
import {Muon} from '../../../lib/optimizers/muon';
import {directionsOf, nativeDivision, nativeSet, routingOf} from '../../../lib/optimizers/routing';
import {Scion} from '../../../lib/optimizers/scion';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {embedding, everyRole, joint, matrix, vector} from './tensors';

test('an optimizer moves all tensors by its own rule, unless it says otherwise', () => {
	const optimizer = new SophiaG({form: 'paper'});
	const {rules, ruleOf} = routingOf(optimizer, everyRole);
	const rule = {name: 'sophia-g', direction: 'sophia', learningRate: 6e-4, weightDecay: 0.2, hyper: optimizer.hyper()};
	expect(rules).toEqual([rule]);
	expect(ruleOf).toEqual(everyRole.map(() => 0));
});

test('rules are counted once, its own first', () => {
	const {rules, ruleOf, routes} = routingOf(new Muon(), everyRole);
	expect(rules.map(({name}) => name)).toEqual(['muon', 'adamw']);
	expect(ruleOf).toEqual([1, 1, 0, 0, 1]);
	expect(routes.map(({matrices}) => matrices)).toEqual([undefined, undefined, 1, 3, undefined]);
	expect(routingOf(new Muon(), [vector])).toMatchObject({ruleOf: [1], rules: [{name: 'muon'}, {name: 'adamw'}]});
	const other = {...embedding, columns: 12};
	expect(routingOf(new Scion(), [embedding, other, embedding]).ruleOf).toEqual([1, 2, 1]); // their rates differ
});

test('the formulas that an optimizer may use are known without its tensors', () => {
	expect(directionsOf(new AdamW())).toEqual([{name: 'adamw', matrices: false}]);
	expect(directionsOf(new Muon())).toEqual([
		{name: 'adamw', matrices: false},
		{name: 'muon', matrices: true},
	]);
	expect(directionsOf(new Scion()).map(({name}) => name)).toEqual(['lion', 'muon', 'rms-momentum']);
});

test('native code is told rules and divisions in numbers', () => {
	const {rule} = new AdamW();
	expect(nativeSet(rule)).toEqual({optimizer: 'adamw', hyper: rule.hyper, learningRate: 6e-4, weightDecay: 0.1});
	const plain = {parts: 1, outLast: true, block: 0, widths: new Int32Array()};
	expect(nativeDivision(matrix, {rule})).toEqual({...plain, rows: 6, columns: 4});
	expect(nativeDivision(joint, {rule, matrices: 3})).toMatchObject({parts: 3, rows: 6, columns: 12});
	const mini = new AdamMini();
	expect(nativeDivision(joint, mini.route(joint))).toMatchObject({parts: 3, widths: Int32Array.of(2, 2, 1)});
	expect(nativeDivision(embedding, mini.route(embedding))).toMatchObject({parts: 1, block: 6});
});
