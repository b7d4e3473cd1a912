import {Device} from '../../../lib/device';
import {checkNumbers, expectNamed, isNumbers, isOne, read, several, sizeOf} from '../../../lib/optimizers/numbers';

const tensor = Device.cpu().zeros([2, 3]);
const integers = Device.cpu().zeros([2], {dtype: 'i32'});

test('numbers are floats, in a tensor or in an array', () => {
	expect(
		[tensor, new Float32Array(1), integers, new Float64Array(1), [1], null].map((value) => isNumbers(value)),
	).toEqual([true, true, false, false, false, false]);
	expect(checkNumbers('x', tensor)).toBe(tensor);
	expect(() => checkNumbers('x', integers)).toThrow('Expected `x` to hold f32, got i32');
	expect(() => checkNumbers('x', integers, read)).toThrow('Expected `x` to hold f32 or bf16, got i32');
	expect(() => checkNumbers('x', [1])).toThrow('Expected `x` to be a Float32Array');
	expect([sizeOf(tensor), sizeOf(new Float32Array(5))]).toEqual([6, 5]);
});

test('several come by name or in a list, and not one alone', () => {
	const array = new Float32Array(1);
	expect(several('params', [array])).toEqual([array]);
	expect(several('params', {array})).toEqual({array});
	expect(() => several('params', new Map())).toThrow('an object of tensors, or an array of them');
	expect([isOne(array), isOne(integers as never), isOne([array])]).toEqual([true, true, false]);
	expect(() => expectNamed('params', tensor as never)).toThrow('got one alone: put it in a list');
});
