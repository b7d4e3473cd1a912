/** The ES-module face of `sophia-native/tfjs`. */
export {adamwFor, lionFor, sophiaFor, sophiaHFor} from './tfjs.js';
export type {
	CompiledModel,
	NativeOptimizer,
	OptimizerClass,
	RefreshOptions,
	SampledLossOptions,
	SeedOptions,
	SophiaGMembers,
	SophiaHMembers,
	SophiaMembers,
	TensorFlow,
	TfNamed,
	TfNamedTensor,
	TfOptimizer,
	TfTensor,
	TfVariable,
} from './tfjs.js';
