/** Spans of time, for people. */

/** What is left, as `2m 05s left`, or nothing where nothing is known: before anything was done, or of nothing to do. */
export function timeLeft(seconds: number): string {
	return Number.isFinite(seconds) ? `${duration(seconds)} left` : '';
}

/** Seconds as `1h 02m`, `2m 05s` or `7s`. */
export function duration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
	const two = (number: number) => String(number).padStart(2, '0');
	if (hours > 0) {
		return `${hours}h ${two(minutes)}m`;
	}
	return minutes > 0 ? `${minutes}m ${two(whole % 60)}s` : `${whole}s`;
}
