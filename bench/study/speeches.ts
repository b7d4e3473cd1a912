/** The text of a study that is given none: the State of the Union speeches. */
import {Dataset} from 'sophia-native';
import {arrange, speeches} from '#lib/speeches';

/** Fewer than the demo holds back: the whole shard is looked at after every run. */
const validationEvery = 32;

/** Prepares them in a directory. @throws SophiaError `ERR_SOPHIA_IO` */
export function prepareSpeeches(directory: string): Promise<Dataset> {
	return Dataset.prepare({...arrange(speeches(), validationEvery), directory});
}
