// Exact Hessian-vector products through a model of your own: a perceptron with one hidden layer, made of the package's
// kernels. A direction is a tangent on the parameters; what the kernels then write carries its derivative along it.
//
//   node examples/hessian.mjs
import {Device, layers} from 'sophia-native';

const device = Device.best();

// Points on two rings: no straight line tells one from the other.
const points = 64;
const [inputs, hidden, classes] = [2, 4, 2];
const angle = (i) => (2 * Math.PI * i) / (points / 2);
const radius = (i) => (i % 2 === 0 ? 1 : 2);
const x = device.from(
	Array.from({length: points}, (_, i) => [radius(i) * Math.cos(angle(i)), radius(i) * Math.sin(angle(i))]).flat(),
	[points, inputs],
);
const targets = device.from(Int32Array.from({length: points}, (_, i) => i % 2));

const shapes = {first: [inputs, hidden], offset: [hidden], second: [hidden, classes]};
const sizes = Object.values(shapes).map((shape) => shape.reduce((a, b) => a * b));
const count = sizes.reduce((a, b) => a + b);

const flat = (list) => Float64Array.from(list.flatMap((tensor) => [...tensor.toArray()]));
const mean = (tensor) => tensor.toArray().reduce((a, b) => a + b) / points;

/** Loss and gradient at `theta`, and with a direction the slope of the loss along it and the Hessian's product with it. */
function differentiate(theta, direction) {
	const made = [];
	const own = (each) => {
		made.push(each);
		return each;
	};
	let begin = 0;
	const [first, offset, second] = Object.values(shapes).map((shape, i) => {
		const part = (vector) => own(device.from(vector.slice(begin, begin + sizes[i]), shape));
		const value = part(theta);
		const parameter = direction ? own(value.withTangent(part(direction))) : value;
		begin += sizes[i];
		return parameter;
	});

	const inner = own(layers.linear.forward({x, weight: first, bias: offset}));
	const active = own(layers.gelu.forward({x: inner.y}));
	const logits = own(layers.linear.forward({x: active.y, weight: second}));
	const loss = own(layers.crossentropy.forward({logits: logits.y, targets}));

	const top = own(layers.crossentropy.backward({logits: logits.y, targets, ...loss, dlosses: 1 / points}));
	const above = own(layers.linear.backward({x: active.y, weight: second, dy: top.dlogits}));
	const bent = own(layers.gelu.backward({x: inner.y, dy: above.dx}));
	const below = own(layers.linear.backward({x, weight: first, bias: offset, dy: bent.dx, dx: false}));

	const gradients = [below.dweight, below.dbias, above.dweight];
	const found = {loss: mean(loss.losses), gradient: flat(gradients)};
	if (direction) {
		found.slope = mean(loss.losses.tangent);
		found.product = flat(gradients.map((each) => each.tangent));
	}
	made.forEach((each) => each.dispose());
	return found;
}

const dot = (a, b) => a.reduce((sum, each, i) => sum + each * b[i], 0);
const norm = (a) => Math.hypot(...a);
const distance = (a, b) => norm(a.map((each, i) => each - b[i])) / norm(b);

const theta = Float64Array.from({length: count}, (_, i) => Math.sin(3 * i + 1));
const u = Float64Array.from({length: count}, (_, i) => Math.cos(5 * i));
const v = Float64Array.from({length: count}, (_, i) => Math.sin(7 * i + 2));

const {loss, gradient, slope, product} = differentiate(theta, u);
console.log(`${count} parameters, loss ${loss.toFixed(4)} nats`);
console.log(
	`the slope of the loss along u is its gradient times u: ${slope.toFixed(5)}, ${dot(gradient, u).toFixed(5)}`,
);

// The dense Hessian: its columns are the products with unit vectors.
const unit = (i) => Float64Array.from({length: count}, (_, j) => Number(i === j));
const columns = Array.from({length: count}, (_, i) => differentiate(theta, unit(i)).product);
const dense = theta.map((_, i) => columns.reduce((sum, column, j) => sum + column[i] * u[j], 0));
const asymmetry = Math.max(...columns.flatMap((column, j) => [...column].map((h, i) => Math.abs(h - columns[i][j]))));
console.log(`Hu against the dense Hessian times u: ${distance(product, dense).toExponential(0)} apart`);
console.log(`the dense Hessian against its transpose: ${asymmetry.toExponential(0)} at most`);

// Central differences of the gradient, which the product has no need of: in floats they are good for three digits.
const h = 1e-3;
const moved = (sign) => differentiate(theta.map((each, i) => each + sign * h * u[i])).gradient;
const [plus, minus] = [moved(1), moved(-1)];
const difference = plus.map((each, i) => (each - minus[i]) / (2 * h));
console.log(`Hu against differences of the gradient: ${distance(product, difference).toExponential(0)} apart`);

const [uHv, vHu] = [dot(u, differentiate(theta, v).product), dot(v, product)];
console.log(`uᵀHv = ${uHv.toFixed(5)}, vᵀHu = ${vHu.toFixed(5)}`);
