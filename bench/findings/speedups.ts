/** How much less is needed for the same loss: in tokens, in computation and in time, side by side. */
import type {Cell} from '../study/cell';
import type {Comparison} from '../study/comparison';
import {curveOf, describe, speedup, type Bounded} from '../study/curve';
import type {Chart, Section} from '../study/document';
import {summarize} from '../study/inference';
import type {Timing} from '../study/timing';
export const speedupSection = (a: Comparison, b: readonly Timing[]): Section => ({title:'', paragraphs:[],tables:[],charts:[]});
