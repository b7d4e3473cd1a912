/**
A thread that ends its process once the process that started that one is gone, whatever else keeps it busy. What it is given
is the number of the parent.
*/
import {workerData} from 'node:worker_threads';

/** In milliseconds. */
const interval = 250;

setInterval(() => {
	if (process.ppid !== workerData) {
		process.kill(process.pid, 'SIGKILL');
	}
}, interval);
