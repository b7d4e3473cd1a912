/** Tensors of every role, as optimizers look at them. */
import type {RoutedTensor} from '../../../lib/optimizers/routing';

const shared = {outLast: true, parts: 1, heads: 0};

export const embedding: RoutedTensor = {...shared, name: 'embedding', role: 'embedding', rows: 10, columns: 6};
export const head: RoutedTensor = {...shared, name: 'head', role: 'head', rows: 6, columns: 10};
export const matrix: RoutedTensor = {...shared, name: 'matrix', role: 'matrix', rows: 6, columns: 4};
/** To queries, keys and values of two heads. */
export const joint: RoutedTensor = {...matrix, name: 'joint', columns: 12, parts: 3, heads: 2};
export const vector: RoutedTensor = {...shared, name: 'vector', role: 'vector', rows: 1, columns: 6};

export const everyRole: readonly RoutedTensor[] = [embedding, head, matrix, joint, vector];
