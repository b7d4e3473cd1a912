// A contender that does as it is told: `steady 0.5` claims half a second for every run; the others misbehave at a turn.
import {createInterface} from 'node:readline';

const [, , how, seconds] = process.argv;
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const turns = {
	steady: (wanted) => say({seconds: 3 * Number(seconds), count: 3, wanted}),
	divided: () => say({seconds: 3 * Number(seconds), count: 3, own: Number(seconds)}),
	crash: () => {
		console.error('out of luck');
		process.exit(3);
	},
	hang: () => undefined,
	rubbish: () => process.stdout.write('warming \u001b[31mup\n'),
	chatty: () => process.stdout.write('{"seconds":1,"count":1}\n{"seconds":1,"count":1}\n'),
	endless: () => process.stdout.write('x'.repeat(1 << 17)),
	list: () => say([1]),
	timeless: () => say({seconds: 0, count: 1}),
	refuse: () => say({refused: 'too late'}),
};

if (how === 'mute') process.exit(1);
for await (const line of createInterface({input: process.stdin})) {
	const request = JSON.parse(line);
	if (request.ask === 'describe') say(how === 'nameless' ? {} : {name: `fake ${how}`});
	else if (request.ask === 'turn') turns[how](request.seconds);
	else if (request.impossible) say({refused: 'impossible'});
	else say({ready: true, first: request.value, operations: request.operations});
}
