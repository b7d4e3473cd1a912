/** Everybody who is measured: another rival is a file beside this one, and a line here. */
import {ceilings} from './ceilings';
import {onednn} from './onednn';
import {openblas} from './openblas';
import {ours, oursHalf} from './ours';
import {pytorch} from './pytorch';
import type {Rival} from './rival';
import {tfjs} from './tfjs';

/** In the order of tables. */
export const rivals: readonly Rival[] = [ours, oursHalf, ...onednn, openblas, ...pytorch, ...tfjs, ...ceilings];

/** Those that `--rivals` does not choose among. */
export const constant: readonly string[] = [ours, oursHalf, ...ceilings].map(({name}) => name);
